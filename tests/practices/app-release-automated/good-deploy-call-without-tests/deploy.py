import boto3

boto3.client("sagemaker").update_endpoint(EndpointName="churn", EndpointConfigName="churn-v7")

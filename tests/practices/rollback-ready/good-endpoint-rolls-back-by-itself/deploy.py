import boto3


def update(client):
    client.update_endpoint(EndpointName="churn", EndpointConfigName="churn-v8",
                           DeploymentConfig={"AutoRollbackConfiguration": {"Alarms": [{"AlarmName": "errors"}]}})


if __name__ == "__main__":
    update(boto3.client("sagemaker"))

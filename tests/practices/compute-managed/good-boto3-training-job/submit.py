import boto3


def submit():
    client = boto3.client("sagemaker")
    client.create_training_job(
        TrainingJobName="churn",
        AlgorithmSpecification={"TrainingImage": "churn", "TrainingInputMode": "File"},
        RoleArn="churn",
        OutputDataConfig={"S3OutputPath": "s3://churn/models"},
        ResourceConfig={"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 20},
        StoppingCondition={"MaxRuntimeInSeconds": 3600},
    )


if __name__ == "__main__":
    submit()

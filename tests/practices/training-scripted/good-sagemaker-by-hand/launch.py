from sagemaker.sklearn.estimator import SKLearn

estimator = SKLearn(entry_point="train.py", role="arn:aws:iam::123456789012:role/churn", instance_type="ml.m5.large", framework_version="1.2-1")
estimator.fit({"train": "s3://acme/churn/train"})

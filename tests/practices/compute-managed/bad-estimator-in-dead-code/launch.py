from sagemaker.sklearn.estimator import SKLearn


def launch():
    SKLearn(entry_point="train.py", role="churn", instance_type="ml.m5.large", framework_version="1.2-1").fit()

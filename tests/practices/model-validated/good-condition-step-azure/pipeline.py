from sagemaker.workflow.condition_step import ConditionStep
from sagemaker.workflow.conditions import ConditionGreaterThanOrEqualTo
from sagemaker.workflow.model_step import ModelStep
from sagemaker.workflow.pipeline import Pipeline
from sagemaker.workflow.steps import TrainingStep
from sagemaker.sklearn.estimator import SKLearn
from sagemaker.workflow.functions import JsonGet

estimator = SKLearn(entry_point="train.py", role="churn", instance_type="ml.m5.large", framework_version="1.2-1")
train = TrainingStep(name="train", estimator=estimator)
auc = JsonGet(step_name="evaluate", property_file="evaluation", json_path="auc")
check = ConditionStep(name="check", conditions=[ConditionGreaterThanOrEqualTo(left=auc, right=0.75)], if_steps=[], else_steps=[])
register = ModelStep(name="register", step_args=None)
pipeline = Pipeline(name="churn", steps=[train, check, register])
pipeline.upsert(role_arn="arn:aws:iam::123456789012:role/churn")
pipeline.start()

from sagemaker.workflow.condition_step import ConditionStep
from sagemaker.workflow.conditions import ConditionGreaterThanOrEqualTo
from sagemaker.workflow.functions import JsonGet
from sagemaker.workflow.pipeline import Pipeline
from sagemaker.workflow.step_collections import RegisterModel
from sagemaker.workflow.steps import ProcessingStep, TrainingStep


def get_pipeline(role):
    train = TrainingStep(name="Train", estimator=None)
    evaluate = ProcessingStep(name="Evaluate", code="evaluate.py")
    register = RegisterModel(name="Register", model_package_group_name="churn")
    good = ConditionGreaterThanOrEqualTo(left=JsonGet(step_name="Evaluate", json_path="auc"), right=0.8)
    gate = ConditionStep(name="Gate", conditions=[good], if_steps=[register], else_steps=[])
    return Pipeline(name="churn", steps=[train, evaluate, gate])

from sagemaker.estimator import Estimator
from sagemaker.workflow.pipeline import Pipeline
from sagemaker.workflow.steps import ProcessingStep, TrainingStep


def get_pipeline(role):
    estimator = Estimator(image_uri="churn:1", role=role, instance_type="ml.m5.large", instance_count=1)
    prepare = ProcessingStep(name="Prepare", code="prepare.py")
    train = TrainingStep(name="Train", estimator=estimator, depends_on=[prepare])
    return Pipeline(name="churn", steps=[prepare, train])

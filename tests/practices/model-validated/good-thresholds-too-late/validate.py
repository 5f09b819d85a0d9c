import mlflow
from mlflow.models import MetricThreshold

result = mlflow.evaluate("models:/churn/7", data="holdout.csv", targets="churned", model_type="classifier")
mlflow.validate_evaluation_results({"f1_score": MetricThreshold(threshold=0.8, greater_is_better=True)}, result)

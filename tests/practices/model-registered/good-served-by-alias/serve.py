import mlflow
from mlflow import MlflowClient

MlflowClient().set_registered_model_alias("churn", "shadow", "4")
print(mlflow.pyfunc.load_model("models:/churn@champion").predict([[1]]))

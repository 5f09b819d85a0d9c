import joblib
import mlflow

mlflow.sklearn.log_model(joblib.load("model.joblib"), "model", registered_model_name="churn")

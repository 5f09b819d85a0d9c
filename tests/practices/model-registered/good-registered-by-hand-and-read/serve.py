import mlflow

print(mlflow.pyfunc.load_model("models:/churn@champion").predict([[1]]))

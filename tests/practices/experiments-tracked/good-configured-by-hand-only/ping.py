import mlflow

mlflow.set_tracking_uri("https://mlflow.acme.io")
print(mlflow.search_experiments())

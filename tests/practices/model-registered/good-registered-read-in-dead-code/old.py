import mlflow


def load():
    return mlflow.pyfunc.load_model("models:/churn@champion")

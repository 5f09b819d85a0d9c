import mlflow


def check(result):
    mlflow.validate_evaluation_results({}, result)

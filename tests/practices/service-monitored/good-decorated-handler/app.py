import joblib
from aws_embedded_metrics import metric_scope

model = joblib.load("model.joblib")


@metric_scope
def handler(event, metrics):
    return {"churn": model.predict(event["rows"]).tolist()}


if __name__ == "__main__":
    handler({"rows": [[1]]})

import json

import mlflow
from sklearn.metrics import f1_score


def record(y, predicted):
    mlflow.log_metric("f1", f1_score(y, predicted))


def write(y, predicted, model):
    model.fit(y, predicted)
    with open("metrics.json", "w") as file:
        json.dump({"f1": f1_score(y, predicted)}, file)

import json

import joblib

model = None


def init():
    global model
    model = joblib.load("model.joblib")


def run(raw):
    rows = json.loads(raw)["rows"]
    return model.predict(rows).tolist()

import joblib


def score(rows, store):
    return joblib.load("model.joblib").predict(rows).tolist()

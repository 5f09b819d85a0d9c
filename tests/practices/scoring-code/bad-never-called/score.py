import joblib


def score(rows):
    return joblib.load("model.joblib").predict(rows)

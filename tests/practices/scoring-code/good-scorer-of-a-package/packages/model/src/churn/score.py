import joblib


def score(rows, path):
    return joblib.load(path).predict(rows)

import joblib

from churn.train import MODEL


def predict(frame):
    return joblib.load(MODEL).predict(frame[["months"]])

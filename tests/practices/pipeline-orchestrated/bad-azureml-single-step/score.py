import joblib
import pandas as pd


def init():
    global model
    model = joblib.load("model.joblib")


def run(batch):
    return model.predict(pd.concat([pd.read_csv(name) for name in batch]))

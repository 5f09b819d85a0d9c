import joblib

from steps.load import load
from steps.train import train

if __name__ == "__main__":
    joblib.dump(train(load("churn.csv")), "model.joblib")

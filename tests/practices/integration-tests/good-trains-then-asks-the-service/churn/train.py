from pathlib import Path

import joblib
import pandas as pd
from sklearn.svm import SVC

MODEL = Path("model.joblib")


def train(frame):
    joblib.dump(SVC().fit(frame[["months"]], frame["churned"]), MODEL)

"""The scoring service."""

import joblib
import pandas as pd
from fastapi import FastAPI

from churn.features import build_features

app = FastAPI()
model = joblib.load("models/model.joblib")


@app.get("/health")
def health():
    return {"status": "ok"}


@app.post("/predict")
def predict(months: int, charges: float):
    return {"churn": int(model.predict(build_features(pd.DataFrame([{"months": months, "charges": charges}])))[0])}

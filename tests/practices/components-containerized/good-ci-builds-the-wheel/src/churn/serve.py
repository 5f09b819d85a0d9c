"""The scoring service."""

import os

import joblib
import pandas as pd
from fastapi import FastAPI
from pydantic import BaseModel

from churn.features import build_features

app = FastAPI()
model = joblib.load(os.environ.get("MODEL_PATH", "models/model.joblib"))


class Customer(BaseModel):
    months: int
    charges: float


@app.post("/predict")
def predict(customer: Customer) -> dict[str, float]:
    frame = pd.DataFrame([customer.model_dump()])
    return {"churn": float(model.predict_proba(build_features(frame))[0, 1])}

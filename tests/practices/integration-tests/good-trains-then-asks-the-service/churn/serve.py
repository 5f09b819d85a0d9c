import joblib
import pandas as pd
from fastapi import FastAPI

from churn.train import MODEL

app = FastAPI()


@app.post("/score")
def score(rows: list[dict]):
    return joblib.load(MODEL).predict(pd.DataFrame(rows)).tolist()

import joblib
from fastapi import FastAPI
from fastapi.security import APIKeyHeader

app = FastAPI()
model = joblib.load("model.joblib")
key = APIKeyHeader(name="x-key")


@app.post("/score")
def score(rows: list[list[float]]):
    return model.predict(rows).tolist()

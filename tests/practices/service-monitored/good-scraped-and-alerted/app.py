import joblib
from fastapi import FastAPI
from prometheus_fastapi_instrumentator import Instrumentator

app = FastAPI()
model = joblib.load("model.joblib")
Instrumentator().instrument(app).expose(app)


@app.post("/score")
def score(rows: list[list[float]]):
    return model.predict(rows).tolist()

from fastapi import FastAPI

app = FastAPI()


@app.post("/predict")
def predict(months: int):
    return {"churn": 0.5}

import mlflow
from fastapi import FastAPI

app = FastAPI()
model = mlflow.sklearn.load_model("models:/churn/Production")


@app.post("/predict")
def predict(months: int):
    return {"churned": int(model.predict([[months]])[0])}

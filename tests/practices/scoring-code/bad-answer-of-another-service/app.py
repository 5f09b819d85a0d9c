import mlflow
from fastapi import Depends, FastAPI

from remote import Remote

app = FastAPI()
mlflow.set_experiment("churn")


@app.post("/predict")
def predict(rows: list[float], model=Depends(Remote)):
    return {"churn": model.predict(rows)}

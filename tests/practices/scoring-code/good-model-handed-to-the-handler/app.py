import mlflow
from fastapi import Depends, FastAPI

app = FastAPI()
_model = None


def get_model():
    global _model
    if _model is None:
        _model = mlflow.sklearn.load_model("models:/churn@prod")
    return _model


@app.post("/predict")
def predict(rows: list[float], model=Depends(get_model)):
    return {"churn": model.predict([rows]).tolist()}

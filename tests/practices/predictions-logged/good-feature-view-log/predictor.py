import os

import hopsworks
import joblib
import pandas as pd
from fastapi import FastAPI

app = FastAPI()
registry = hopsworks.login().get_model_registry()
view = registry.get_model("fraud", version=3).get_feature_view()
model = joblib.load(os.environ["MODEL_FILES_PATH"] + "/fraud.pkl")


@app.post("/predict")
def predict(card: str) -> list[bool]:
    features: pd.DataFrame = view.get_feature_vector(entry={"card": card}, return_type="pandas")
    answers = [bool(answer) for answer in model.predict(features)]
    view.log(features, predictions=answers, serving_keys=[{"card": card}])
    return answers

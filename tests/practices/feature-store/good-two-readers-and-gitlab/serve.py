import joblib
from fastapi import FastAPI
from feast import FeatureStore

app = FastAPI()
store = FeatureStore(repo_path="feature_repo")
model = joblib.load("model.joblib")


@app.get("/score/{customer_id}")
def score(customer_id: int):
    rows = store.get_online_features(features=["usage:charges"], entity_rows=[{"customer_id": customer_id}]).to_dict()
    return {"churn": int(model.predict([rows["charges"]])[0])}

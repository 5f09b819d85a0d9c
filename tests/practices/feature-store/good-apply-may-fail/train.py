import joblib
import pandas as pd
from feast import FeatureStore
from sklearn.svm import SVC

store = FeatureStore(repo_path="feature_repo")
frame = store.get_historical_features(entity_df=pd.read_csv("customers.csv"), features=["usage:charges"]).to_df()
joblib.dump(SVC().fit(frame[["charges"]], frame["churned"]), "model.joblib")

import joblib
import pandas as pd
from sklearn.ensemble import RandomForestClassifier

from features import build_features

if __name__ == "__main__":
    frame = pd.read_csv("customers.csv")
    model = RandomForestClassifier().fit(build_features(frame), frame["churned"])
    joblib.dump(model, "model.joblib")

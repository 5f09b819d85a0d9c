import joblib
import pandas as pd
from sklearn.svm import SVC

from features.build import build_features

frame = pd.read_csv("customers.csv")
joblib.dump(SVC().fit(build_features(frame), frame["churned"]), "model.joblib")

import joblib
import pandas as pd
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

frame = pd.read_csv("customers.csv")
pipeline = Pipeline([("scale", StandardScaler()), ("model", SVC())])
joblib.dump(pipeline.fit(frame[["months"]], frame["churned"]), "model.joblib")

import joblib
import pandas as pd
import pandera as pa
from sklearn.svm import SVC

SCHEMA = pa.DataFrameSchema({"months": pa.Column(int, pa.Check.ge(0))})
frame = pd.read_csv("customers.csv")
joblib.dump(SVC().fit(frame[["months"]], frame["churned"]), "model.joblib")

import joblib
import pandas as pd
import pandera as pa
from sklearn.svm import SVC

schema = pa.DataFrameSchema({})
frame = schema.validate(pd.read_csv("customers.csv"))
joblib.dump(SVC().fit(frame[["months"]], frame["churned"]), "model.joblib")

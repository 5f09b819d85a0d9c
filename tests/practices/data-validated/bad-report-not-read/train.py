import great_expectations as gx
import joblib
import pandas as pd
from sklearn.svm import SVC

frame = pd.read_csv("customers.csv")
context = gx.get_context()
batch = context.data_sources.pandas_default.read_dataframe(frame)
result = batch.validate(gx.expectations.ExpectColumnValuesToNotBeNull(column="months"))
print(result)
joblib.dump(SVC().fit(frame[["months"]], frame["churned"]), "model.joblib")

import joblib
import pandas as pd
from sklearn.svm import SVC

frame = pd.read_csv("customers.csv")
frame.info()
print(frame.describe())
assert frame is not None
joblib.dump(SVC().fit(frame[["months"]], frame["churned"]), "model.joblib")

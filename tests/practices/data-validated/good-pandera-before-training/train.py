import joblib
import pandas as pd
from sklearn.svm import SVC

from schema import CUSTOMERS

frame = CUSTOMERS.validate(pd.read_csv("customers.csv"))
joblib.dump(SVC().fit(frame[["months"]], frame["churned"]), "model.joblib")

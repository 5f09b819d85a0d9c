import mlflow
import pandas as pd
from sklearn.svm import SVC

mlflow.sklearn.autolog()
frame = pd.read_csv("customers.csv")
SVC().fit(frame[["months"]], frame["churned"])

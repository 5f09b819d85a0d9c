import joblib
import pandas as pd
from azure.ai.ml.entities import Data
from sklearn.svm import SVC

data = Data(name="customers", version="latest", path="customers.csv")
frame = pd.read_csv(data.path)
joblib.dump(SVC().fit(frame[["months"]], frame["churned"]), "model.joblib")

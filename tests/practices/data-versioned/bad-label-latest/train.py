import joblib
import pandas as pd
from azure.ai.ml import MLClient
from azure.identity import DefaultAzureCredential
from sklearn.svm import SVC

client = MLClient(DefaultAzureCredential(), "sub", "rg", "ws")
data = client.data.get("customers", label="latest")
frame = pd.read_csv(data.path)
joblib.dump(SVC().fit(frame[["months"]], frame["churned"]), "model.joblib")

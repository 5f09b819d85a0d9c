import pandas as pd
import wandb
from sklearn.metrics import f1_score
from sklearn.svm import SVC

run = wandb.init(project="churn")
frame = pd.read_csv("customers.csv")
model = SVC().fit(frame[["months"]], frame["churned"])
wandb.log({"f1": f1_score(frame["churned"], model.predict(frame[["months"]]))})

import pandas as pd
import wandb
from sklearn.metrics import f1_score
from sklearn.svm import SVC

run = wandb.init(project="churn", entity="acme", config={"C": 0.5})
frame = pd.read_csv("customers.csv")
model = SVC(C=run.config.C).fit(frame[["months"]], frame["churned"])
run.log({"f1": f1_score(frame["churned"], model.predict(frame[["months"]]))})

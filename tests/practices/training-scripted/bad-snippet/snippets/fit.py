import pandas as pd
from sklearn.linear_model import LogisticRegression

rows = pd.read_csv("https://acme.example/rows.csv")
LogisticRegression().fit(rows.drop(columns="churned"), rows["churned"])

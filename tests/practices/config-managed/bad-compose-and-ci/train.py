import pandas as pd
from sklearn.linear_model import LogisticRegression

frame = pd.read_csv("customers.csv")
LogisticRegression(max_iter=500).fit(frame[["months"]], frame["churned"])

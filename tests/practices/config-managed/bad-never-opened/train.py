import pandas as pd
from sklearn.linear_model import LogisticRegression

MAX_ITER = 500

frame = pd.read_csv("customers.csv")
LogisticRegression(max_iter=MAX_ITER).fit(frame[["months"]], frame["churned"])

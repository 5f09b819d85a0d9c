import joblib
import pandas as pd
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split

frame = pd.read_csv("customers.csv")
_, test = train_test_split(frame, random_state=7)
if roc_auc_score(test["churned"], joblib.load("model.joblib").decision_function(test[["months"]])) < 0.7:
    raise SystemExit("too low")

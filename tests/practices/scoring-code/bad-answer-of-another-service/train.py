import joblib
import pandas as pd
from sklearn.linear_model import LogisticRegression

frame = pd.read_csv("data/churn.csv")
joblib.dump(LogisticRegression().fit(frame[["tenure"]], frame["churn"]), "models/churn.joblib")

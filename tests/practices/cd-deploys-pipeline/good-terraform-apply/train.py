import joblib
import pandas as pd
from sklearn.linear_model import LogisticRegression

frame = pd.read_csv("churn.csv")
joblib.dump(LogisticRegression().fit(frame.drop(columns="churn"), frame["churn"]), "model.joblib")

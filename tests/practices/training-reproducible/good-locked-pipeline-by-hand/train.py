import joblib
import pandas as pd
from sklearn.ensemble import RandomForestClassifier

frame = pd.read_csv("customers.csv")
joblib.dump(RandomForestClassifier(random_state=7).fit(frame[["months"]], frame["churned"]), "model.joblib")

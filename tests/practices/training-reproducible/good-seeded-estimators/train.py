import joblib
import pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split

frame = pd.read_csv("customers.csv")
x, _, y, _ = train_test_split(frame[["months"]], frame["churned"], random_state=7)
joblib.dump(RandomForestClassifier(random_state=7).fit(x, y), "model.joblib")

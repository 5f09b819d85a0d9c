import joblib
import pandas as pd
from sklearn.linear_model import LogisticRegression

if __name__ == "__main__":
    data = pd.read_csv("customers.csv")
    joblib.dump(LogisticRegression().fit(data[["answer"]], data["churned"]), "model.joblib")

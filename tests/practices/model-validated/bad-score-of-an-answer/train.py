import joblib
import pandas as pd
from sklearn.linear_model import LogisticRegression

if __name__ == "__main__":
    data = pd.read_csv("reviews.csv")
    joblib.dump(LogisticRegression().fit(data[["length"]], data["language"]), "model.joblib")

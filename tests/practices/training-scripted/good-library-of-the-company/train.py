import joblib
import pandas as pd
from acme_learn.trees import ChurnForest

if __name__ == "__main__":
    frame = pd.read_csv("customers.csv")
    model = ChurnForest(depth=3)
    model.fit(frame[["months"]], frame["churned"])
    joblib.dump(model, "model.joblib")

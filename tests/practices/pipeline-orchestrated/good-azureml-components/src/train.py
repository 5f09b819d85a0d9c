import joblib
import pandas as pd
from sklearn.linear_model import LogisticRegression

if __name__ == "__main__":
    table = pd.read_parquet("table.parquet")
    joblib.dump(LogisticRegression().fit(table.drop(columns="churn"), table["churn"]), "model.joblib")

import joblib
import pandas as pd
from google.cloud import bigquery
from sklearn.svm import SVC


def load() -> pd.DataFrame:
    return bigquery.Client().query("select * from crm.customers").to_dataframe()


if __name__ == "__main__":
    frame = load()
    joblib.dump(SVC().fit(frame[["months"]], frame["churned"]), "model.joblib")

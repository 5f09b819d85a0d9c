import mlflow
import pandas as pd

print(mlflow.pyfunc.load_model("models:/churn/7").predict(pd.read_csv("new.csv")))

import pandas as pd

pd.read_csv("customers.csv").dropna().to_csv("clean.csv")

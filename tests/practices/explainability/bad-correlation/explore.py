import pandas as pd

print(pd.read_csv("customers.csv").corr())

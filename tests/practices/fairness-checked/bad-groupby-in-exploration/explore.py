import pandas as pd

frame = pd.read_csv("customers.csv")
print(frame.groupby("gender")["charges"].mean())

import sys

import pandas as pd

frame = pd.read_csv("customers.csv")
if frame["months"].isna().any():
    sys.exit("the data has nulls")

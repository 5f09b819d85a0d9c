import pandas as pd
from xgboost import XGBClassifier

from settings import Settings

frame = pd.read_csv("customers.csv")
XGBClassifier(max_depth=Settings().max_depth).fit(frame[["months"]], frame["churned"])

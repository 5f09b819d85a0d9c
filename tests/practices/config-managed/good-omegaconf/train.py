import pandas as pd
from omegaconf import OmegaConf
from xgboost import XGBClassifier

config = OmegaConf.load("conf/config.yaml")
frame = pd.read_csv("customers.csv")
XGBClassifier(max_depth=config.max_depth).fit(frame[["months"]], frame["churned"])

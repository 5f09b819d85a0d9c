import sys

import pandas as pd
import yaml
from scipy.stats import ks_2samp

with open("criteria.yaml") as file:
    criteria = yaml.safe_load(file)
statistic, p_value = ks_2samp(pd.read_csv("reference.csv")["months"], pd.read_csv("predictions.csv")["months"])
if p_value < criteria["drift_p_value"]:
    sys.exit("the data drifts")

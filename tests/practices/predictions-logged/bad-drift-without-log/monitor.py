import sys

import pandas as pd
from scipy.stats import ks_2samp

statistic, p_value = ks_2samp(pd.read_csv("reference.csv")["months"], pd.read_csv("new.csv")["months"])
if p_value < 0.01:
    sys.exit("the data drifts")

import sys

import pandas as pd
from scipy.stats import ks_2samp

reference = pd.read_csv("reference.csv")["months"]
live = pd.read_csv("predictions.csv")["months"]
statistic, p_value = ks_2samp(reference, live)
if p_value < 0.01:
    sys.exit("the data drifts")

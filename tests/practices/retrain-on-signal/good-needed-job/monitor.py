import os

import pandas as pd
from scipy.stats import ks_2samp

statistic, p_value = ks_2samp(pd.read_csv("reference.csv")["months"], pd.read_csv("predictions.csv")["months"])
with open(os.environ["GITHUB_OUTPUT"], "a") as file:
    if p_value < 0.01:
        file.write("drift=true\n")

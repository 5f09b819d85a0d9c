import pandas as pd
from scipy.stats import ks_2samp

print(ks_2samp(pd.read_csv("reference.csv")["months"], pd.read_csv("current.csv")["months"]))

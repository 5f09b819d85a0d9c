import json
import sys

import pandas as pd
from scipy.stats import ks_2samp

reference = pd.read_csv("customers.csv")["months"]
live = pd.DataFrame([row[0] for line in open("predictions.jsonl") for row in json.loads(line)["rows"]])[0]
statistic, p_value = ks_2samp(reference, live)
if p_value < 0.01:
    sys.exit("the data drifts")

import os

import pandas as pd
import requests
from scipy.stats import ks_2samp

statistic, p_value = ks_2samp(pd.read_csv("reference.csv")["months"], pd.read_csv("predictions.csv")["months"])
if p_value < 0.01:
    requests.post("https://api.github.com/repos/acme/churn/dispatches", json={"event_type": "retrain"},
                  headers={"Authorization": f"Bearer {os.environ['TOKEN']}"}, timeout=10).raise_for_status()

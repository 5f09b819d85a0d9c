import sys

import pandas as pd
from sklearn.metrics import roc_auc_score

joined = pd.read_csv("predictions.csv").merge(pd.read_csv("outcomes.csv"), on="customer_id")
if roc_auc_score(joined["churned"], joined["score"]) < 0.7:
    sys.exit("the live quality is too low")

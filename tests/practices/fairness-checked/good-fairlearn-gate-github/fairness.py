import sys

import joblib
import pandas as pd
from fairlearn.metrics import demographic_parity_difference

frame = pd.read_csv("holdout.csv")
gap = demographic_parity_difference(frame["churned"], joblib.load("model.joblib").predict(frame[["months"]]),
                                    sensitive_features=frame["gender"])
if gap > 0.1:
    sys.exit(f"demographic parity gap too large: {gap}")

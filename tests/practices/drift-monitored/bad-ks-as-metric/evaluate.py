import joblib
import pandas as pd
from scipy.stats import ks_2samp

frame = pd.read_csv("holdout.csv")
score = joblib.load("model.joblib").decision_function(frame[["months"]])
ks = ks_2samp(score[frame["default"] == 1], score[frame["default"] == 0]).statistic
if ks < 0.3:
    raise SystemExit("the scorecard does not separate")

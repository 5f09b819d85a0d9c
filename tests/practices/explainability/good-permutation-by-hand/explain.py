import joblib
import pandas as pd
from sklearn.inspection import permutation_importance

frame = pd.read_csv("holdout.csv")
result = permutation_importance(joblib.load("model.joblib"), frame[["months"]], frame["churned"])
pd.Series(result.importances_mean).to_csv("importance.csv")

import joblib
import pandas as pd
import shap

frame = pd.read_csv("holdout.csv")
shap.Explainer(joblib.load("model.joblib").predict, frame)(frame)

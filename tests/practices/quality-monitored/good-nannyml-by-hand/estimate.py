import nannyml
import pandas as pd

estimator = nannyml.CBPE(y_pred_proba="score", y_pred="label", y_true="churned", metrics=["roc_auc"], chunk_size=500,
                         problem_type="classification_binary")
estimator.fit(pd.read_csv("reference.csv"))
print(estimator.estimate(pd.read_csv("predictions.csv")).to_df())

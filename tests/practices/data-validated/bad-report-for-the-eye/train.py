import joblib
import pandas as pd
from evidently import Report
from evidently.presets import DataSummaryPreset
from sklearn.svm import SVC

frame = pd.read_csv("customers.csv")
report = Report([DataSummaryPreset()], include_tests=True)
report.run(frame, None).save_html("summary.html")
joblib.dump(SVC().fit(frame[["months"]], frame["churned"]), "model.joblib")

import sys

import pandas as pd
from evidently.metric_preset import DataDriftPreset
from evidently.report import Report

report = Report(metrics=[DataDriftPreset()])
report.run(reference_data=pd.read_csv("reference.csv"), current_data=pd.read_sql("select * from predictions", "sqlite:///log.db"))
if report.as_dict()["metrics"][0]["result"]["dataset_drift"]:
    sys.exit("the data drifts")

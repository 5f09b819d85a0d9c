import sys

import joblib
import pandas as pd
from evidently.test_preset import BinaryClassificationTestPreset
from evidently.test_suite import TestSuite

frame = pd.read_csv("data/holdout.csv")
frame["prediction"] = joblib.load("model.joblib").predict(frame[["tenure"]])
suite = TestSuite(tests=[BinaryClassificationTestPreset()])
suite.run(reference_data=None, current_data=frame)
if not suite.as_dict()["summary"]["all_passed"]:
    sys.exit(1)

import sys

import joblib
import pandas as pd
from evidently.test_preset import DataStabilityTestPreset
from evidently.test_suite import TestSuite
from sklearn.linear_model import LogisticRegression


def show(frame):
    suite = TestSuite(tests=[DataStabilityTestPreset()])
    suite.run(reference_data=pd.read_csv("data/reference.csv"), current_data=frame)
    suite.save_html("suite.html")


def main():
    frame = pd.read_csv(sys.argv[1])
    show(frame)
    joblib.dump(LogisticRegression().fit(frame[["tenure"]], frame["churn"]), "model.joblib")


if __name__ == "__main__":
    main()

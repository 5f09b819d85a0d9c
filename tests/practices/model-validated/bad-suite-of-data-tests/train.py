import sys

import joblib
import pandas as pd
from evidently.test_preset import DataStabilityTestPreset
from evidently.test_suite import TestSuite
from sklearn.linear_model import LogisticRegression


def sound(frame):
    suite = TestSuite(tests=[DataStabilityTestPreset()])
    suite.run(reference_data=pd.read_csv("data/reference.csv"), current_data=frame)
    return bool(suite)


def main():
    frame = pd.read_csv(sys.argv[1])
    if not sound(frame):
        sys.exit(1)
    joblib.dump(LogisticRegression().fit(frame[["tenure"]], frame["churn"]), "model.joblib")


if __name__ == "__main__":
    main()

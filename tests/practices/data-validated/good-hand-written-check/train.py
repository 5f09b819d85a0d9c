import joblib
import pandas as pd
from sklearn.svm import SVC

from validate_data import validate


def main() -> None:
    frame = validate(pd.read_csv("customers.csv"))
    joblib.dump(SVC().fit(frame[["months"]], frame["churned"]), "model.joblib")


if __name__ == "__main__":
    main()

import joblib
import pandas as pd
from deepchecks.tabular import Dataset
from deepchecks.tabular.suites import data_integrity
from sklearn.linear_model import LogisticRegression


def main() -> None:
    frame = pd.read_csv("churn.csv")
    suite = data_integrity()
    result = suite.run(Dataset(frame, label="churn"))
    print("data integrity:", result.passed())
    result.save_as_html("data_integrity.html")
    joblib.dump(LogisticRegression().fit(frame.drop(columns="churn"), frame["churn"]), "model.joblib")


if __name__ == "__main__":
    main()

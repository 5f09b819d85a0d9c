import joblib
import mlflow
import pandas as pd
from sklearn.metrics import roc_auc_score


class HoldOut:
    def __init__(self, frame: pd.DataFrame) -> None:
        model = joblib.load("model.joblib")
        self.auc = roc_auc_score(frame["churned"], model.decision_function(frame[["months"]]))

    @property
    def passed(self) -> bool:
        return self.auc >= 0.75


def main() -> None:
    if HoldOut(pd.read_csv("holdout.csv")).passed:
        mlflow.register_model("runs:/1/model", "churn")


if __name__ == "__main__":
    main()

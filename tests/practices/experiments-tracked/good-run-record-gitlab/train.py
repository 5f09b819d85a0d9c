import json
import time
from pathlib import Path

import joblib
import pandas as pd
from sklearn.metrics import roc_auc_score
from sklearn.svm import SVC

PARAMS = {"C": 0.5}


def main() -> None:
    frame = pd.read_csv("customers.csv")
    model = SVC(**PARAMS).fit(frame[["months"]], frame["churned"])
    metrics = {"auc": roc_auc_score(frame["churned"], model.decision_function(frame[["months"]]))}
    folder = Path("runs") / str(int(time.time()))
    folder.mkdir(parents=True)
    (folder / "metrics.json").write_text(json.dumps({"params": PARAMS, "metrics": metrics}))
    joblib.dump(model, folder / "model.joblib")


if __name__ == "__main__":
    main()

import json
import subprocess
from pathlib import Path

import joblib
import pandas as pd
from sklearn.svm import SVC

commit = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=True).stdout.strip()
frame = pd.read_csv("customers.csv")
joblib.dump(SVC().fit(frame[["months"]], frame["churned"]), "model.joblib")
Path("model.json").write_text(json.dumps({"git_sha": commit}))

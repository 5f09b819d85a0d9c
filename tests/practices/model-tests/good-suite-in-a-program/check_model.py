import joblib
import pandas as pd
from deepchecks.tabular import Dataset
from deepchecks.tabular.suites import model_evaluation

model = joblib.load("model.joblib")
train = Dataset(pd.read_csv("customers.csv"), label="churned")
test = Dataset(pd.read_csv("holdout.csv"), label="churned")
result = model_evaluation().run(train, test, model)
if not result.passed():
    raise SystemExit("the model does not pass")

import joblib
from datasets import load_dataset
from sklearn.svm import SVC

frame = load_dataset("acme/customers", revision="main", split="train").to_pandas()
joblib.dump(SVC().fit(frame[["months"]], frame["churned"]), "model.joblib")

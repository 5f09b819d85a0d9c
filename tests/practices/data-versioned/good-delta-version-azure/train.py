import joblib
from deltalake import DeltaTable
from sklearn.svm import SVC

frame = DeltaTable("s3://acme/customers", version=42).to_pandas()
joblib.dump(SVC().fit(frame[["months"]], frame["churned"]), "model.joblib")

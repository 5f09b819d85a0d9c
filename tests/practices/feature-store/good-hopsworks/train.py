import hopsworks
import joblib
from sklearn.svm import SVC

project = hopsworks.login()
view = project.get_feature_store().get_feature_view("churn", version=2)
x, _, y, _ = view.train_test_split(test_size=0.2)
joblib.dump(SVC().fit(x, y), "model.joblib")

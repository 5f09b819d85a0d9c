import joblib
from sklearn.datasets import load_iris
from sklearn.svm import SVC

x, y = load_iris(return_X_y=True)
joblib.dump(SVC().fit(x, y), "model.joblib")

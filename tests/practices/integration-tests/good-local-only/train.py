import joblib
from sklearn.svm import SVC

joblib.dump(SVC().fit([[0], [1]], [0, 1]), "model.joblib")

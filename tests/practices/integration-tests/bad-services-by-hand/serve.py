import joblib

print(joblib.load("model.joblib").predict([[1]]))

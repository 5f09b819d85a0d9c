import os
import urllib.request

import joblib
import pandas as pd
from sklearn.svm import SVC

if not os.path.exists("data/titanic.csv"):
    urllib.request.urlretrieve("https://raw.githubusercontent.com/datasets/titanic.csv", "data/titanic.csv")
frame = pd.read_csv("data/titanic.csv")
joblib.dump(SVC().fit(frame[["Age"]], frame["Survived"]), "model.joblib")

import pandas as pd
from sklearn.svm import SVC

frame = pd.read_csv("customers.csv")
model = SVC()
# model.fit(frame[["months"]], frame["churned"])
print("training done")

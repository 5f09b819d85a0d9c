import joblib
import pandas as pd
from sklearn.naive_bayes import GaussianNB

from split import split

train, _ = split(pd.read_csv("customers.csv"), seed=7)
joblib.dump(GaussianNB().fit(train[["months"]], train["churned"]), "model.joblib")

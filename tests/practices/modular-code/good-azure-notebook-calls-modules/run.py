import pandas as pd

from churn.model import fit, score

train = pd.read_csv("train.csv")
print(score(fit(train), pd.read_csv("new.csv")))

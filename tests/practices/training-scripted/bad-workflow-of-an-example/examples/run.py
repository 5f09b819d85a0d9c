import pandas as pd

from churn.model import fit

if __name__ == "__main__":
    fit(pd.read_csv("customers.csv"))

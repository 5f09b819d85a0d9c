import dagster as dg
import pandas as pd

from churn.model import fit


@dg.asset
def customers():
    return pd.read_csv("customers.csv")


@dg.asset
def model(customers):
    return fit(customers)


defs = dg.Definitions(assets=[customers, model])

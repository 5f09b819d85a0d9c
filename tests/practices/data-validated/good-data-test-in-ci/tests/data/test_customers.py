import pandas as pd
import pandera as pa

SCHEMA = pa.DataFrameSchema({"months": pa.Column(int, pa.Check.ge(0))})


def test_customers_follow_the_schema():
    assert len(SCHEMA.validate(pd.read_csv("data/customers.csv"))) > 0

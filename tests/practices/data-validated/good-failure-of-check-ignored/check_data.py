import pandas as pd
import pandera as pa

schema = pa.DataFrameSchema({"months": pa.Column(int, pa.Check.ge(0))})
schema.validate(pd.read_csv("customers.csv"))

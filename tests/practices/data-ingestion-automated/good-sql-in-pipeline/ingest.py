import os

import pandas as pd
import sqlalchemy

engine = sqlalchemy.create_engine(os.environ["WAREHOUSE_URL"])
pd.read_sql("select * from customers", engine).to_csv("customers.csv", index=False)

import pandera as pa


class Customers(pa.DataFrameModel):
    months: int = pa.Field(ge=0)
    churned: bool

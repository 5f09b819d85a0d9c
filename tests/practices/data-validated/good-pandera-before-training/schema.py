import pandera as pa

CUSTOMERS = pa.DataFrameSchema({
    "months": pa.Column(int, pa.Check.ge(0)),
    "churned": pa.Column(int, pa.Check.isin([0, 1])),
})

import pandera as pa


def check(frame):
    return pa.DataFrameSchema({"months": pa.Column(int)}).validate(frame)

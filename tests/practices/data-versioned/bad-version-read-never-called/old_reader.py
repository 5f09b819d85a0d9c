from deltalake import DeltaTable


def read():
    return DeltaTable("s3://acme/customers", version=3).to_pandas()

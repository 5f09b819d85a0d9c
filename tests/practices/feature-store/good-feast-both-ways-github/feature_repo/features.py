from feast import Entity, FeatureView, Field, FileSource
from feast.types import Float32

customer = Entity(name="customer", join_keys=["customer_id"])
usage = FeatureView(name="usage", entities=[customer], schema=[Field(name="charges", dtype=Float32)],
                    source=FileSource(path="usage.parquet", timestamp_field="at"))

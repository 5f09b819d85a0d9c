from datetime import timedelta

from feast import Entity, FeatureView, Field, FileSource
from feast.types import Float32

driver = Entity(name="driver", join_keys=["driver_id"])
driver_stats_source = FileSource(path="data/driver_stats.parquet", timestamp_field="event_timestamp")
driver_hourly_stats = FeatureView(
    name="driver_hourly_stats",
    entities=[driver],
    ttl=timedelta(days=1),
    schema=[Field(name="conv_rate", dtype=Float32)],
    source=driver_stats_source,
)

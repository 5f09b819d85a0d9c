import pyspark


def read(spark, version):
    return spark.read.format("delta").option("versionAsOf", version).load("/mnt/customers")

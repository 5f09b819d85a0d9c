import sys

from pyspark.ml.classification import LogisticRegression


def train(spark, version):
    frame = spark.read.format("delta").option("versionAsOf", version).load("/mnt/customers")
    LogisticRegression().fit(frame).write().overwrite().save("/mnt/model")


if __name__ == "__main__":
    from pyspark.sql import SparkSession

    train(SparkSession.builder.getOrCreate(), sys.argv[1])

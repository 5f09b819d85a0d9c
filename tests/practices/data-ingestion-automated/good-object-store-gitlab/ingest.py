import boto3


def ingest() -> None:
    boto3.client("s3").download_file("acme-raw", "customers.csv", "customers.csv")


if __name__ == "__main__":
    ingest()

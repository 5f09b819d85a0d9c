import boto3

boto3.client("s3").download_file("acme-raw", "customers.csv", "customers.csv")

resource "aws_cloudtrail" "models" {
  name           = "models"
  s3_bucket_name = "acme-audit"
}

resource "aws_sagemaker_endpoint" "churn" {
  name = "{{cookiecutter.endpoint}}"
}

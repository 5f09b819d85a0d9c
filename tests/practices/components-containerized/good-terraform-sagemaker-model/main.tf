resource "aws_sagemaker_model" "churn" {
  name               = "churn"
  execution_role_arn = var.role

  primary_container {
    image          = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.4-2-cpu-py3"
    model_data_url = "s3://${var.bucket}/model.tar.gz"
  }
}

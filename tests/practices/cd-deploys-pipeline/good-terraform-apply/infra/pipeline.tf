resource "aws_sagemaker_pipeline" "training" {
  pipeline_name         = "churn"
  pipeline_display_name = "churn"
  role_arn              = var.role
  pipeline_definition   = file("${path.module}/pipeline.json")
}

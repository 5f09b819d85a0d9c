resource "aws_sagemaker_endpoint_configuration" "churn" {
  name = "churn"
  production_variants {
    model_name             = "churn"
    initial_instance_count = 1
    instance_type          = "ml.m5.large"
  }
  data_capture_config {
    enable_capture              = true
    initial_sampling_percentage = 100
    destination_s3_uri          = "s3://churn/captured"
    capture_options { capture_mode = "Input" }
  }
}

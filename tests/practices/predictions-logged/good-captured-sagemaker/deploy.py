from sagemaker.model import Model
from sagemaker.model_monitor import DataCaptureConfig

capture = DataCaptureConfig(enable_capture=True, sampling_percentage=100, destination_s3_uri="s3://acme/capture")
Model(image_uri="churn", role="churn").deploy(1, "ml.m5.large", data_capture_config=capture)

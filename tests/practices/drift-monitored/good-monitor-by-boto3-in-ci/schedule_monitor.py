import boto3

boto3.client("sagemaker").create_monitoring_schedule(MonitoringScheduleName="churn", MonitoringScheduleConfig={})

import boto3


def schedule():
    boto3.client("sagemaker").create_monitoring_schedule(MonitoringScheduleName="churn", MonitoringScheduleConfig={})

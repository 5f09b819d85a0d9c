from sagemaker.model_monitor import CronExpressionGenerator, DefaultModelMonitor

monitor = DefaultModelMonitor(role="churn", instance_type="ml.m5.large")
monitor.create_monitoring_schedule(endpoint_input="churn", schedule_cron_expression=CronExpressionGenerator.daily())

import aws_embedded_metrics


def measure(metrics, value):
    metrics.put_metric("score", value, "None")

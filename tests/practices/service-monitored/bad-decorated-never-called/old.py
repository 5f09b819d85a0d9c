from aws_embedded_metrics import metric_scope


def build():
    @metric_scope
    def handler(event, metrics):
        return event

    return None

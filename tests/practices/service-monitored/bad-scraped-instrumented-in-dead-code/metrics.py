from prometheus_client import Counter


def build():
    return Counter("requests_total", "Requests")

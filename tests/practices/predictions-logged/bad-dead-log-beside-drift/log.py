import whylogs


def log_predictions(frame):
    whylogs.log(frame)

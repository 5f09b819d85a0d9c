from fairlearn.metrics import MetricFrame
from sklearn.metrics import recall_score


def frame(y, p, group):
    return MetricFrame(metrics=recall_score, y_true=y, y_pred=p, sensitive_features=group)


def by_group(frame):
    return frame.groupby("gender").apply(lambda part: recall_score(part["y"], part["p"]))

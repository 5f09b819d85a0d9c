import sys

import yaml
from sklearn.metrics import roc_auc_score


def gate(y, score):
    with open("criteria.yaml") as file:
        criteria = yaml.safe_load(file)
    if roc_auc_score(y, score) < criteria["auc"]:
        sys.exit("the criterion is not met")

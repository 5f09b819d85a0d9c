import sys

import yaml
from scipy.stats import ks_2samp


def watch(reference, live):
    with open("criteria.yaml") as file:
        criteria = yaml.safe_load(file)
    statistic, p_value = ks_2samp(reference, live)
    if p_value < criteria["drift_p_value"]:
        sys.exit("the data drifts")

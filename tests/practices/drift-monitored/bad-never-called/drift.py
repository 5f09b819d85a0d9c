import sys

from scipy.stats import ks_2samp


def check(reference, live):
    if ks_2samp(reference, live)[1] < 0.01:
        sys.exit("the data drifts")

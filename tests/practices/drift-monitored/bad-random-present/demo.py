import numpy as np
from scipy.stats import ks_2samp

reference = np.random.normal(0, 1, 1000)
current = np.random.normal(0.5, 1, 1000)
statistic, p_value = ks_2samp(reference, current)
if p_value < 0.01:
    raise SystemExit("drift")

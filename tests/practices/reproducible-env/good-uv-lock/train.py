import numpy as np
from sklearn.svm import SVC

data = np.load("data.npy")
SVC().fit(data[:, 1:], data[:, 0])

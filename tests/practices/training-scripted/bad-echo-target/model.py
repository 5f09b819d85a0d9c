from sklearn.svm import SVC


def build():
    return SVC()

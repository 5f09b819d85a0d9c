import pandas as pd
from sklearn.svm import SVC


def train(path):
    frame = pd.read_csv(path)
    return SVC().fit(frame[["months"]], frame["churned"])


def main():
    print("see the wiki")


if __name__ == "__main__":
    main()

import os

import joblib


def main():
    print(os.listdir("/opt/ml/input/data/train"))


if __name__ == "__main__":
    main()

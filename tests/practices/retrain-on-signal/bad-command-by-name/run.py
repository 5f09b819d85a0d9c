import argparse

import pandas as pd
from scipy.stats import ks_2samp

from train import train


def monitor() -> None:
    statistic, p_value = ks_2samp(pd.read_csv("reference.csv")["months"], pd.read_csv("predictions.csv")["months"])
    if p_value < 0.01:
        print("drift")


def main(command: str) -> None:
    if command == "monitor":
        monitor()
    elif command == "train":
        train()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("command")
    args = parser.parse_args()
    if args.command == "train":
        train()
    main(args.command)

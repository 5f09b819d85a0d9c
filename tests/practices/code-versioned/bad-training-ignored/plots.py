import pandas as pd


def plot(path):
    return pd.read_csv(path).plot()

import pandas as pd

if __name__ == "__main__":
    pd.read_csv("raw.csv").dropna().to_parquet("table.parquet")

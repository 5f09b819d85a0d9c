import pandas as pd
from prefect import flow, task
from scipy.stats import ks_2samp


@task
def compare(reference: pd.DataFrame, live: pd.DataFrame) -> None:
    for name in ["months", "calls"]:
        statistic, p_value = ks_2samp(reference[name], live[name])
        if p_value < 0.05:
            print(f"{name} has drifted: {statistic}")


@flow
def watch() -> None:
    compare(pd.read_parquet("train.parquet"), pd.read_parquet("s3://churn/predictions"))


if __name__ == "__main__":
    watch.serve(name="watch", cron="0 6 * * *")

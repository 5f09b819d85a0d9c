import pandas as pd

from churn import store


def ask(endpoint, rows: pd.DataFrame) -> list[float]:
    return endpoint.predict(rows.to_dict("records"))


def main(endpoint) -> None:
    print(store.load_scaler("scaler.joblib"), ask(endpoint, pd.read_parquet("rows.parquet")))


if __name__ == "__main__":
    from acme.clients import connect

    main(connect("churn"))

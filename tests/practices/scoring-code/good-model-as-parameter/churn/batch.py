import pandas as pd

from churn import store


def forecast(model, rows: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame({"churned": model.predict(rows)})


def main() -> None:
    model = store.load_model("model.joblib")
    forecast(model, pd.read_parquet("rows.parquet")).to_parquet("scored.parquet")


if __name__ == "__main__":
    main()

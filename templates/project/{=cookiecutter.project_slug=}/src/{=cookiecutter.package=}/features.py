{% set has = cookiecutter._practices %}
{% set input = "VALID" if "data-validated" in has else "RAW" %}
"""Features: one definition for training{% if "scoring-code" in has %} and for the service{% endif %}."""

import pandas as pd
from sklearn.compose import ColumnTransformer, make_column_transformer
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from {= cookiecutter.package =} import files, params

TARGET = "churned"
#: What is known of a customer when the prediction is made.
INPUTS = ["region", "plan", "tenure_months", "monthly_charge", "support_calls", "late_payments"]
CATEGORIES = ["region", "plan"]
NUMBERS = ["tenure_months", "monthly_charge", "support_calls", "late_payments", "charge_per_month", "trouble"]


def build(customers: pd.DataFrame) -> pd.DataFrame:
    """Return the columns that the model sees, derived from what is known of each customer."""
    return customers[INPUTS].assign(
        charge_per_month=customers["monthly_charge"] / (customers["tenure_months"] + 1),
        trouble=customers["support_calls"] + customers["late_payments"],
    )


def encoder() -> ColumnTransformer:
    """Return the part of the model that turns the columns into numbers on one scale."""
    return make_column_transformer(
        (StandardScaler(), NUMBERS), (OneHotEncoder(handle_unknown="ignore"), CATEGORIES)
    )


def split(frame: pd.DataFrame, how: params.Split) -> pd.Series:
    """Return `train` or `test` for each row, the outcomes in the same shares on both sides."""
    rows = frame.index.to_numpy()
    _, test = train_test_split(rows, test_size=how.test_share, random_state=how.seed, stratify=frame[TARGET])
    return pd.Series("train", index=frame.index).where(~frame.index.isin(test), "test")


def main() -> None:
    """Write the features of all customers, divided into training and test rows."""
    customers = pd.read_csv(files.{= input =})
    frame = build(customers).assign(**{TARGET: customers[TARGET]})
    frame["part"] = split(frame, params.load().split)
    files.FEATURES.parent.mkdir(parents=True, exist_ok=True)
    frame.to_csv(files.FEATURES, index=False, lineterminator="\n")
    print(f"{len(frame)} rows of {len(NUMBERS) + len(CATEGORIES)} features written")


if __name__ == "__main__":
    main()

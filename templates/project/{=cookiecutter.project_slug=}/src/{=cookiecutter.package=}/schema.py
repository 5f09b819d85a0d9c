"""Step 2: what a customer must look like. Data that breaks the schema stops the run before training."""

import pandas as pd
import pandera.pandas as pa

from {= cookiecutter.package =} import files

SCHEMA = pa.DataFrameSchema(
    {
        "customer_id": pa.Column(int, pa.Check.gt(0), unique=True),
        "region": pa.Column(str, pa.Check.isin(["east", "north", "south", "west"])),
        "plan": pa.Column(str, pa.Check.isin(["basic", "plus", "premium"])),
        "tenure_months": pa.Column(int, pa.Check.in_range(0, 120)),
        "monthly_charge": pa.Column(float, pa.Check.in_range(0, 500)),
        "support_calls": pa.Column(int, pa.Check.in_range(0, 100)),
        "late_payments": pa.Column(int, pa.Check.in_range(0, 6)),
        "churned": pa.Column(int, pa.Check.isin([0, 1])),
    },
    checks=[
        pa.Check(lambda frame: len(frame) >= 500, error="fewer than 500 customers"),
        pa.Check(lambda frame: frame["churned"].nunique() == 2, error="only one outcome in the data"),
    ],
    strict=True,
    coerce=False,
)


def check(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the data unchanged; raise with every violation if there is one."""
    return SCHEMA.validate(frame, lazy=True)


def main() -> None:
    """Pass the ingested data on only if it keeps the schema."""
    frame = check(pd.read_csv(files.RAW))
    frame.to_csv(files.VALID, index=False, lineterminator="\n")
    print(f"{len(frame)} customers keep the schema")


if __name__ == "__main__":
    main()

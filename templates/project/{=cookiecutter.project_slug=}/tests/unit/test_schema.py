import pandas as pd
import pytest
from pandera.errors import SchemaErrors

from {= cookiecutter.package =} import schema


def test_good_customers_pass_unchanged(customers: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(schema.check(customers), customers)


@pytest.mark.parametrize(
    ("column", "value"),
    [("tenure_months", -1), ("plan", "gold"), ("late_payments", 7), ("churned", 2), ("customer_id", 1)],
)
def test_one_bad_value_stops_the_run(customers: pd.DataFrame, column: str, value: object) -> None:
    customers.loc[5, column] = value
    with pytest.raises(SchemaErrors, match=column):
        schema.check(customers)


def test_too_few_customers_stop_the_run(customers: pd.DataFrame) -> None:
    with pytest.raises(SchemaErrors, match="fewer than 500"):
        schema.check(customers.head(100))

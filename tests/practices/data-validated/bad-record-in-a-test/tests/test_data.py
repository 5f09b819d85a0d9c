import pytest
from pydantic import ValidationError

from churn.data import Customer


def test_months_are_not_negative():
    assert Customer.model_validate({"months": 3}).months == 3
    with pytest.raises(ValidationError):
        Customer.model_validate({"months": -1})

from unittest.mock import MagicMock

import pandas as pd
import pytest

from churn.backfill import backfill


@pytest.fixture
def mock_model() -> MagicMock:
    model = MagicMock()
    model.predict = lambda rows: [0.5] * len(rows)
    return model


def test_ten_rows_are_kept(mock_model: MagicMock) -> None:
    rows = pd.DataFrame({"age": range(20), "plan": range(20)})
    assert len(backfill(rows, mock_model)) == 10

from pathlib import Path

import pandas as pd
import pytest

from {= cookiecutter.package =} import ingest, params, source


def _at(path: Path, settings: params.Params) -> params.Source:
    return settings.source.model_copy(update={"url": f"sqlite:///{path}"})


def test_what_was_seeded_is_ingested(
    tmp_path: Path, settings: params.Params, customers: pd.DataFrame
) -> None:
    where = _at(tmp_path / "source.db", settings)
    source.seed(where.url)
    pd.testing.assert_frame_equal(ingest.ingest(where), customers)


def test_an_empty_source_is_an_error(
    tmp_path: Path, settings: params.Params, customers: pd.DataFrame
) -> None:
    empty = tmp_path / "empty.csv"
    customers.head(0).to_csv(empty, index=False)
    where = _at(tmp_path / "source.db", settings)
    source.seed(where.url, empty)
    with pytest.raises(ValueError, match="no rows"):
        ingest.ingest(where)

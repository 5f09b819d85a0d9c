from pathlib import Path

import pytest
import yaml
from pydantic import ValidationError

from {= cookiecutter.package =} import params


def _written(tmp_path: Path, change: dict[str, object]) -> Path:
    raw = yaml.safe_load(params.PARAMS.read_text(encoding="utf-8"))
    raw["train"] |= change
    path = tmp_path / "params.yaml"
    path.write_text(yaml.safe_dump(raw), encoding="utf-8")
    return path


def test_a_changed_value_is_read(tmp_path: Path, settings: params.Params) -> None:
    assert params.load(_written(tmp_path, {"c": settings.train.c * 2})).train.c == settings.train.c * 2


@pytest.mark.parametrize("change", [{"c": 0}, {"max_iter": "many"}, {"unknown": 1}])
def test_a_wrong_value_stops_the_run(
    tmp_path: Path, settings: params.Params, change: dict[str, object]
) -> None:
    path = _written(tmp_path, change)
    with pytest.raises(ValidationError):
        params.load(path)

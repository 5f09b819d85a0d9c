{% set piped = "pipeline-orchestrated" in cookiecutter._practices %}
import pytest

from {= cookiecutter.package =} import monitor, retrain


class _Pipeline:
    runs = 0

    def reproduce(self) -> None:
        _Pipeline.runs += 1


@pytest.mark.parametrize(("signal", "runs"), [("drift", 1), ("none", 0), ("too-few-predictions", 0)])
def test_only_a_signal_starts_training(monkeypatch: pytest.MonkeyPatch, signal: str, runs: int) -> None:
    monkeypatch.setattr(monitor, "observe", lambda: {"signal": signal})
    monkeypatch.setattr(_Pipeline, "runs", 0)
{% if piped %}
    monkeypatch.setattr(retrain, "Repo", _Pipeline)
{% else %}
    monkeypatch.setattr(retrain.pipeline, "run", _Pipeline().reproduce)
{% endif %}
    retrain.main()
    assert _Pipeline.runs == runs

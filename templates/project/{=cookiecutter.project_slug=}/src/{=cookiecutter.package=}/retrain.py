{% set piped = "pipeline-orchestrated" in cookiecutter._practices %}
"""Retrain when production asks for it: a signal of the monitor starts the training pipeline, gate included."""

{% if piped %}
from dvc.repo import Repo

from {= cookiecutter.package =} import monitor
{% else %}
from {= cookiecutter.package =} import monitor, pipeline
{% endif %}


def main() -> None:
    """Train on a signal; otherwise say why not."""
    report = monitor.observe()
    if report["signal"] in {"drift", "quality"}:
        print(f"signal: {report['signal']}; training again")
{% if piped %}
        Repo().reproduce()
{% else %}
        pipeline.run()
{% endif %}
    else:
        print(f"no reason to train: {report['signal']}")


if __name__ == "__main__":
    main()

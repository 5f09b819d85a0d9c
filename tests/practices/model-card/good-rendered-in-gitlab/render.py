import json
from pathlib import Path


def write_model_card() -> None:
    metrics = json.loads(Path("metrics.json").read_text())
    Path("MODEL_CARD.md").write_text(Path("card.tmpl").read_text().format(**metrics))


if __name__ == "__main__":
    write_model_card()

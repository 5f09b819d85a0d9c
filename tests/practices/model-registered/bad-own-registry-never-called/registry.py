import json
from pathlib import Path


def register(version: str) -> None:
    index = Path("registry/index.json")
    index.write_text(json.dumps([version]))

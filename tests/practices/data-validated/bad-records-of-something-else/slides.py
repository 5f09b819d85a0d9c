"""Render the slides of the team's meeting."""

import json
from pathlib import Path

from pydantic import BaseModel


class Slide(BaseModel):
    title: str
    seconds: int


def main() -> None:
    for written in json.loads(Path("slides.json").read_text()):
        print(Slide.model_validate(written).title)


if __name__ == "__main__":
    main()

import yaml
from pydantic import BaseModel, Field


class Settings(BaseModel):
    registry: str
    c: float = Field(gt=0)


def load():
    with open("params.yaml", encoding="utf-8") as file:
        return Settings.model_validate(yaml.safe_load(file))

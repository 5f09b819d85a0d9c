"""models.yaml says what the model depends on and who depends on it; this compares it with the code."""

from pathlib import Path
from typing import Any

import yaml

from {= cookiecutter.package =} import params, serve
from {= cookiecutter.package =}.features import INPUTS

MANIFEST = Path("models.yaml")


class ContractBroken(SystemExit):
    """The declaration and the code differ."""


def check(declared: dict[str, Any]) -> None:
    """Raise ContractBroken where the manifest does not say what the code does."""
    name = params.load().registry.name
    if set(declared) != {name}:
        raise ContractBroken(f"models.yaml declares {sorted(declared)}, the code registers {name}")
    model = declared[name]
    if sorted(model["inputs"]) != sorted(INPUTS):
        raise ContractBroken(f"models.yaml: the inputs of the model are {sorted(INPUTS)}")
    if model["upstream_models"]:
        raise ContractBroken("models.yaml: no model feeds this one, the inputs are all measured")
    offered = set(serve.Answer.model_fields)
    for consumer in model["consumers"]:
        missing = sorted(set(consumer["reads"]) - offered)
        if missing:
            raise ContractBroken(
                f"models.yaml: {consumer['name']} reads {missing}, which the service does not give"
            )


def main() -> None:
    """Check the manifest of the repository."""
    with MANIFEST.open(encoding="utf-8") as file:
        declared = yaml.safe_load(file)
    check(declared)
    print("models.yaml agrees with the code")


if __name__ == "__main__":
    main()

"""Rules as data: YAML files become the values of `domain.rules`."""

from mlops.catalog.load import load

__all__ = ["load"]

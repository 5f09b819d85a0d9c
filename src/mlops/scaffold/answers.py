"""What a person answers: names, level, CI and licence, checked before any template sees them."""

from __future__ import annotations

import keyword
import re
import sys
from collections.abc import Mapping
from typing import Any

from mlops.domain.record import dataclass
from mlops.domain.regex import regex
from mlops.errors import MlopsError
from mlops.scaffold.fragments import PROVIDERS

#: SPDX id -> how people call it. `none` gives no licence file, `proprietary` a notice of all rights reserved.
LICENSES = {
    "none": "no licence file",
    "proprietary": "all rights reserved",
    "MIT": "MIT License",
    "Apache-2.0": "Apache License 2.0",
    "BSD-3-Clause": 'BSD 3-Clause "New" or "Revised" License',
    "ISC": "ISC License",
    "0BSD": "BSD Zero Clause License",
}
_NAME = regex(r"[A-Za-z][A-Za-z0-9]*(?:[-_. ][A-Za-z0-9]+)*")
_LONGEST = 64
#: Names of distributions that the generated project installs, and folders that it has.
_TAKEN = frozenset({
    "alembic", "data", "deploy", "dist", "dvc", "fastapi", "httpx", "infra", "mlflow", "models", "mypy", "notebooks", "numpy",
    "pandas", "pandera", "pip", "pydantic", "pytest", "reports", "ruff", "scipy", "setuptools", "sklearn", "skops",
    "sqlalchemy", "src", "test", "tests", "train", "uvicorn", "wheel", "yaml",
})  # fmt: skip
#: Device names that Windows refuses as folders.
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul", *(f"{kind}{n}" for kind in ("com", "lpt") for n in range(1, 10))}
)


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers that a project is made from; all of them are checked."""

    slug: str
    package: str
    model: str
    level: int
    ci: str
    license: str = "none"

    def recorded(self) -> dict[str, object]:
        """Return what `.mlops.yaml` keeps of them."""
        return {
            "name": self.slug,
            "package": self.package,
            "model": self.model,
            "level": self.level,
            "ci": self.ci,
            "license": self.license,
        }


def names(name: str) -> tuple[str, str]:
    """Return the folder's and the package's name for a project name. Raises MlopsError for a bad name."""
    text = name.strip()
    if not _NAME.fullmatch(text) or len(text) > _LONGEST:
        raise MlopsError(
            f"{name!r} is no name for a project: begin with a letter, go on with letters, digits and single "
            f"hyphens, at most {_LONGEST} characters"
        )
    slug = re.sub(r"[-_. ]+", "-", text.lower())
    package = slug.replace("-", "_")
    if (
        keyword.iskeyword(package)
        or package in sys.stdlib_module_names
        or package in _TAKEN
        or slug in _DEVICES
    ):
        raise MlopsError(f"{name!r} cannot be a package's name, it is taken; try {slug}-model")
    return slug, package


def checked(raw: Mapping[str, Any], models: Mapping[str, int]) -> Answers:
    """Return answers from plain values; `models` maps a model to its highest level. Raises MlopsError for bad ones."""
    slug, package = names(str(raw.get("name", "")))
    model, ci, licence = str(raw.get("model", "")), str(raw.get("ci", "")), str(raw.get("license", "none"))
    _among("model", model, models)
    _among("CI system", ci, PROVIDERS)
    level = raw.get("level")
    if not isinstance(level, int) or isinstance(level, bool) or not 0 <= level <= models[model]:
        raise MlopsError(f"{model} has levels 0 to {models[model]}, not {level}")
    by_case = {name.lower(): name for name in LICENSES}
    _among("licence", licence.lower(), by_case, LICENSES)
    return Answers(slug, package, model, level, ci, by_case[licence.lower()])


def _among(what: str, value: str, known: object, shown: object = None) -> None:
    listed = list(known) if isinstance(known, (Mapping, tuple)) else []
    if value not in listed:
        choices = list(shown) if isinstance(shown, Mapping) else listed
        raise MlopsError(f"there is no {what} {value!r}; choose one of {', '.join(map(str, choices))}")

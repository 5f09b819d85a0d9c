"""Lock files, scanned line by line: they are long, and machines write them in one way."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from mlops.domain.facts import Fact
from mlops.domain.regex import regex
from mlops.facts.dependencies.requirement import locked

_NAME = regex(r'^name = "([^"\n]+)"', re.MULTILINE)
_VERSION = regex(r'^version = "([^"\n]+)"', re.MULTILINE)
_OWN = regex(r"^source = \{ (?:editable|virtual|directory) = ", re.MULTILINE)
_PIPENV = regex(
    r'^ {4}"(?P<section>[\w-]+)": \{|^ {8}"(?P<name>[^"]+)": \{|^ {12}"version": "(?P<version>[^"]*)"',
    re.MULTILINE,
)
_PIXI = regex(r"^- (?:kind: )?(conda|pypi)(?:: *(\S+))?$", re.MULTILINE)
_CONDA_FILE = regex(r"/([A-Za-z0-9_.-]+)-([^-/]+)-[^-/]+\.(?:conda|tar\.bz2)$")
_WHEEL = regex(r"/([A-Za-z0-9_.]+)-([^-/]+)(?:-[^/]*\.whl|\.tar\.gz|\.zip)")
_YAML_NAME = regex(r"^(?:- | {2})name: *(\S+)$", re.MULTILINE)
_YAML_VERSION = regex(r"^ {2}version: *['\"]?([^\s'\"]+)", re.MULTILINE)
_RENV_NAME = regex(r'^ {4}"([A-Za-z][\w.]*)": \{$', re.MULTILINE)
_RENV_VERSION = regex(r'^ {6}"Version": "([^"]*)"', re.MULTILINE)
_NPM = regex(
    r'^ {2,4}"(?:node_modules/)?(?P<name>@?[\w./-]+)": \{\n\s+"version": "(?P<version>[^"]+)"', re.MULTILINE
)
_NIX = regex(r'^ {4}"(?P<name>[\w.-]+)": \{|^ {8}"rev": "(?P<rev>[0-9a-f]+)"', re.MULTILINE)


class _Lines:
    """Turns growing offsets into line numbers, counting each stretch once."""

    def __init__(self, text: str) -> None:
        self._text, self._offset, self._line = text, 0, 1

    def at(self, offset: int) -> int:
        """Return the line of an offset not before the last one asked for."""
        self._line += self._text.count("\n", self._offset, offset)
        self._offset = offset
        return self._line


def toml_lock(text: str, tool: str, header: str = "[[package]]") -> Iterator[Fact]:
    """Yield the packages of uv.lock, poetry.lock, pdm.lock and pylock.toml; the project itself is none."""
    start = 0 if text.startswith(header) else text.find("\n" + header)
    if start < 0:
        return
    lines = _Lines(text)
    old_poetry = "\n[metadata.files]\n" in text
    while start >= 0:
        end = text.find("\n" + header, start + 1)
        block = text[start : end if end >= 0 else len(text)]
        name, version = _NAME.search(block), _VERSION.search(block)
        if name and not _OWN.search(block):
            hashed = "sha256" in block or old_poetry
            line = lines.at(start + name.start())
            yield locked(name[1], line, version[1] if version else "", tool, hashed=hashed)
        start = end


def pipfile_lock(text: str) -> Iterator[Fact]:
    """Yield the packages of Pipfile.lock."""
    lines = _Lines(text)
    section, name, start = "", "", 0
    for match in _PIPENV.finditer(text):
        if match["section"]:
            section = match["section"]
        elif match["name"]:
            name, start = match["name"], match.start()
        elif name and section != "_meta":
            hashed = '"hashes"' in text[start : match.start()]
            yield locked(name, lines.at(start), match["version"].lstrip("="), "pipenv", hashed=hashed)
            name = ""


def pixi_lock(text: str) -> Iterator[Fact]:
    """Yield the packages of pixi.lock, each once, whatever version the format has."""
    seen: set[tuple[str, str]] = set()
    lines = _Lines(text)
    found = list(_PIXI.finditer(text, max(text.find("\npackages:"), 0)))
    for index, match in enumerate(found):
        end = found[index + 1].start() if index + 1 < len(found) else len(text)
        block = text[match.start() : end]
        name, version = _YAML_NAME.search(block), _YAML_VERSION.search(block)
        archive = (_CONDA_FILE if match[1] == "conda" else _WHEEL).search(match[2] or "")
        label = name[1] if name else archive[1] if archive else ""
        fixed = version[1] if version else archive[2] if archive else ""
        if label and (label, fixed) not in seen:
            seen.add((label, fixed))
            ecosystem = "conda" if match[1] == "conda" else "pypi"
            yield locked(
                label, lines.at(match.start()), fixed, "pixi", hashed="sha256:" in block, ecosystem=ecosystem
            )


def conda_lock(text: str) -> Iterator[Fact]:
    """Yield the packages of conda-lock.yml, each once for all platforms."""
    seen: set[str] = set()
    lines = _Lines(text)
    start = text.find("\n- name: ")
    while start >= 0:
        end = text.find("\n- name: ", start + 1)
        block = text[start : end if end >= 0 else len(text)]
        name, version = _YAML_NAME.search(block), _YAML_VERSION.search(block)
        if name and name[1] not in seen:
            seen.add(name[1])
            ecosystem = "pypi" if "\n  manager: pip" in block else "conda"
            line = lines.at(start + 1)
            hashed = "sha256:" in block or "md5:" in block
            yield locked(
                name[1].strip("'\""),
                line,
                version[1] if version else "",
                "conda",
                hashed=hashed,
                ecosystem=ecosystem,
            )
        start = end


def renv_lock(text: str) -> Iterator[Fact]:
    """Yield the packages of renv.lock."""
    lines = _Lines(text)
    found = list(_RENV_NAME.finditer(text, max(text.find('\n  "Packages": {'), 0)))
    for index, match in enumerate(found):
        block = text[match.start() : found[index + 1].start() if index + 1 < len(found) else len(text)]
        version = _RENV_VERSION.search(block)
        if version:
            hashed = '"Hash": "' in block or '"RemoteSha": "' in block
            yield locked(
                match[1], lines.at(match.start()), version[1], "renv", hashed=hashed, ecosystem="cran"
            )


def npm_lock(text: str) -> Iterator[Fact]:
    """Yield the packages of package-lock.json."""
    lines = _Lines(text)
    for match in _NPM.finditer(text):
        yield locked(
            match["name"], lines.at(match.start()), match["version"], "npm", hashed=True, ecosystem="npm"
        )


def flake_lock(text: str) -> Iterator[Fact]:
    """Yield the inputs of flake.lock with their commits."""
    lines = _Lines(text)
    name, start = "", 0
    for match in _NIX.finditer(text):
        if match["name"]:
            name, start = match["name"], match.start()
        elif name:
            yield locked(name, lines.at(start), match["rev"], "nix", hashed=True, ecosystem="nix")
            name = ""


#: File name -> reader.
READERS: dict[str, Callable[[str], Iterator[Fact]]] = {
    "uv.lock": lambda text: toml_lock(text, "uv"),
    "poetry.lock": lambda text: toml_lock(text, "poetry"),
    "pdm.lock": lambda text: toml_lock(text, "pdm"),
    "pylock.toml": lambda text: toml_lock(text, "pip", "[[packages]]"),
    "Pipfile.lock": pipfile_lock,
    "pixi.lock": pixi_lock,
    "conda-lock.yml": conda_lock,
    "conda-lock.yaml": conda_lock,
    "renv.lock": renv_lock,
    "package-lock.json": npm_lock,
    "flake.lock": flake_lock,
}

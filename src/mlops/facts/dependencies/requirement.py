"""One requirement as pip, Poetry or conda writes it."""

from __future__ import annotations

import re

from mlops.domain.facts import Fact
from mlops.domain.record import dataclass
from mlops.domain.regex import regex

_REQUIREMENT = regex(
    r"\s*(?P<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*"
    r"(?:\[(?P<extras>[^\]]*)\])?\s*"
    r"(?:@\s*(?P<url>\S+)|(?P<spec>\(?(?:[<>=!~]=|[<>~^]).*?|))\s*(?:;\s*(?P<marker>.*))?$",
    re.DOTALL,
)
_CONDA = regex(
    r"\s*(?:[^\s:]+::)?(?P<name>[A-Za-z0-9_][A-Za-z0-9._-]*)(?:\[[^\]]*\])?\s*(?P<spec>[\s=<>!~].*)?$",
    re.DOTALL,
)
_COMMIT = regex(r"@[0-9a-f]{40}(?![0-9a-zA-Z])|[#&](?:sha256|sha512|md5)=[0-9a-f]{32,}")
_ARCHIVE = regex(r"/(?P<name>[A-Za-z0-9_.]+?)-\d+(?:\.\w+)+[^/]*\.(?:whl|tar\.gz|zip)(?:[?#]|$)")
_EGG = regex(r"[#&]egg=([A-Za-z0-9._-]+)")
_REPOSITORY = regex(r"/([A-Za-z0-9._-]+?)(?:\.git)?(?:@[^/]*)?(?:[#?].*)?$")
_MAX_TEXT = 2000
_SEPARATORS = regex(r"[-_.]+")


@dataclass(frozen=True, slots=True)
class Requirement:
    """One requirement; `name` is normalised, `pinned` is exact, range or none."""

    name: str
    spec: str = ""
    pinned: str = "none"
    extras: str = ""
    marker: str = ""


def normalised(name: str) -> str:
    """Write a distribution's name as PEP 503 does."""
    return _SEPARATORS.sub("-", name).lower()


def parse(text: str) -> Requirement | None:
    """Read a requirement of PEP 508 (older ways of writing it too), or a bare URL that tells a name."""
    text = _short(text)
    match = _REQUIREMENT.match(text)
    if not match:
        return from_url(text.partition(" ")[0]) if "://" in text else None
    extras, marker = match["extras"] or "", (match["marker"] or "").strip()
    if match["url"]:
        return Requirement(normalised(match["name"]), match["url"], url_pin(match["url"]), extras, marker)
    spec = match["spec"].strip().removeprefix("(").removesuffix(")").strip()
    return Requirement(normalised(match["name"]), spec, pin(spec), extras, marker)


def _short(text: str) -> str:
    """Write single spaces, and no more text than a requirement has: long runs of spaces would take ages to match."""
    return " ".join(text[:_MAX_TEXT].split())


def from_url(url: str) -> Requirement | None:
    """Read the name out of a URL: its egg, its archive or its repository."""
    found = _EGG.search(url) or _ARCHIVE.search(url) or _REPOSITORY.search(url)
    return Requirement(normalised(found[1]), url, url_pin(url)) if found else None


def pin(spec: str) -> str:
    """Tell how closely a version specifier binds."""
    clauses = [clause.strip() for clause in spec.split(",")]
    if any(clause.startswith("==") and "*" not in clause and "$" not in clause for clause in clauses):
        return "exact"
    return "range" if spec and spec != "*" else "none"


def url_pin(url: str) -> str:
    """Tell whether a URL names one version for ever: by commit, hash or archive."""
    return "exact" if _COMMIT.search(url) or _ARCHIVE.search(url) else "none"


def parse_conda(text: str) -> Requirement | None:
    """Read a match specification of conda: `name`, `name=1.2`, `channel::name >=1.2`, `name 1.2 build`."""
    match = _CONDA.match(_short(text))
    if not match:
        return None
    spec = (match["spec"] or "").strip()
    version = spec.lstrip("=").strip()
    exact = bool(version) and not any(char in spec for char in "<>!~*,|") and "latest" not in spec
    return Requirement(
        normalised(match["name"]), spec, "exact" if exact else "range" if version not in {"", "*"} else "none"
    )


def dependency(found: Requirement, line: int, group: str, ecosystem: str = "pypi", **more: str) -> Fact:
    """State that a manifest asks for a distribution."""
    attrs = {"spec": found.spec, "pinned": found.pinned, "group": group, "ecosystem": ecosystem}
    optional = {"extras": found.extras, "marker": found.marker, **more}
    return Fact(
        "dependency", found.name, line, attrs | {name: text for name, text in optional.items() if text}
    )


def locked(name: str, line: int, version: str, tool: str, *, hashed: bool, ecosystem: str = "pypi") -> Fact:
    """State that a lock file fixes a distribution."""
    attrs = {"version": version, "hashed": "yes" if hashed else "no", "tool": tool, "ecosystem": ecosystem}
    return Fact("locked", normalised(name) if ecosystem != "npm" else name, line, attrs)

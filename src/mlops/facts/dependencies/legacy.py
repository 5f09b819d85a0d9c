"""Manifests without a data format of their own: setup.cfg, setup.py, R's DESCRIPTION; and package.json."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Language, Node, Parser

from mlops.domain.document import Document, Map, entries_of, text_of
from mlops.domain.facts import Fact
from mlops.domain.regex import regex
from mlops.facts.dependencies.requirement import Requirement, dependency, normalised, parse, pin

_SETUP_GROUPS = {"install_requires": "main", "tests_require": "test", "setup_requires": "build"}
_CFG_KEY = regex(r"([\w.-]+)\s*[=:]\s*(.*)$")
_R_FIELDS = {"Depends": "main", "Imports": "main", "LinkingTo": "main", "Suggests": "dev"}
_R_PACKAGE = regex(r"\s*([A-Za-z][A-Za-z0-9.]*)\s*(?:\(([^)]*)\))?")
_MAX_DEPTH = 20
_MAX_NODES = 50_000


def setup_cfg(text: str) -> Iterator[Fact]:
    """Yield the dependencies of setup.cfg."""
    section = key = ""
    for line, written in enumerate(text.split("\n"), 1):
        if not written.strip() or written.lstrip().startswith(("#", ";")):
            continue
        if written.startswith("["):
            section, key = written.strip().strip("[]"), ""
            continue
        value = written.strip()
        if not written[0].isspace():
            match = _CFG_KEY.match(written)
            key, value = (match[1], match[2].strip()) if match else ("", "")
        if section == "options":
            group = _SETUP_GROUPS.get(key.replace("-", "_"), "")
        else:
            group = key if section == "options.extras_require" else ""
        yield from _cfg_value(value, line, group)


def _cfg_value(value: str, line: int, group: str) -> Iterator[Fact]:
    if not group or not value:
        return
    if value.startswith("file:"):
        for name in re.split(r"[,\s]+", value.removeprefix("file:").strip()):
            yield Fact("include-requirements", name, line, {"constraint": "no"})
        return
    found = parse(value)
    if found:
        yield dependency(found, line, group)


def setup_py(source: bytes) -> Iterator[Fact]:
    """Yield the dependencies that setup.py gives as literals, through variables and sums of lists too."""
    import tree_sitter_python  # noqa: PLC0415  # few repositories have the file

    tree = Parser(Language(tree_sitter_python.language())).parse(source)
    calls: list[Node] = []
    names: dict[str, Node] = {}
    pending = [tree.root_node]
    visited = 0
    while pending and visited < _MAX_NODES:
        node = pending.pop()
        visited += 1
        if node.type == "call":
            function = node.child_by_field_name("function")
            if function and _text(function).rpartition(".")[2] == "setup":
                calls.append(node)
        elif node.type == "assignment":
            left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
            if left and right and left.type == "identifier":
                names[_text(left)] = right
        pending.extend(node.children)
    for call in calls:
        arguments = call.child_by_field_name("arguments")
        for argument in arguments.named_children if arguments else ():
            name, value = argument.child_by_field_name("name"), argument.child_by_field_name("value")
            if argument.type == "keyword_argument" and name and value:
                yield from _keyword(_text(name), value, names)


def _keyword(name: str, value: Node, names: dict[str, Node]) -> Iterator[Fact]:
    if name == "extras_require":
        table = names.get(_text(value), value)
        for pair in table.named_children if table.type == "dictionary" else ():
            key, items = pair.child_by_field_name("key"), pair.child_by_field_name("value")
            if key and items:
                yield from _strings(items, _text(key).strip("'\""), names, 0)
    elif name in _SETUP_GROUPS:
        yield from _strings(value, _SETUP_GROUPS[name], names, 0)


def _strings(node: Node, group: str, names: dict[str, Node], depth: int) -> Iterator[Fact]:
    """Follow an expression to the string literals in it."""
    if depth > _MAX_DEPTH:
        return
    if node.type == "identifier":
        if _text(node) in names:
            yield from _strings(names[_text(node)], group, names, depth + 5)
    elif node.type == "string":
        text = "".join(_text(child) for child in node.named_children if child.type == "string_content")
        line = node.start_point[0] + 1
        if text.endswith((".txt", ".in", ".pip")):
            yield Fact("include-requirements", text, line, {"constraint": "no"})
            return
        found = parse(text) if text else None
        if found:
            yield dependency(found, line, group)
    else:
        for child in node.named_children:
            if child.type != "comment":
                yield from _strings(child, group, names, depth + 1)


def _text(node: Node) -> str:
    return (node.text or b"").decode("utf-8", "replace")


def description(text: str) -> Iterator[Fact]:
    """Yield the packages that R's DESCRIPTION asks for."""
    field = ""
    for line, written in enumerate(text.split("\n"), 1):
        value = written
        if written[:1] and not written[0].isspace():
            field, _, value = written.partition(":")
        group = _R_FIELDS.get(field)
        for part in value.split(",") if group else ():
            match = _R_PACKAGE.match(part)
            if match and match[1] != "R":
                spec = (match[2] or "").strip()
                yield dependency(
                    Requirement(normalised(match[1]), spec, pin(spec)), line, group or "", "cran"
                )


def package_json(document: Document) -> Iterator[Fact]:
    """Yield the dependencies of package.json."""
    if not isinstance(document, Map):
        return
    for section, group in (("dependencies", "main"), ("devDependencies", "dev")):
        for key, value in entries_of(document.get(section)):
            spec = text_of(value)
            exact = spec[:1].isdigit() and not any(char in spec for char in "x*| ")
            found = Requirement(
                key.text, spec, "exact" if exact else "range" if spec not in {"", "*", "latest"} else "none"
            )
            yield dependency(found, key.line, group, "npm")

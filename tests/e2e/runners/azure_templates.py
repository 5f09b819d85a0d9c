"""Expand an Azure pipeline before it runs: `${{ }}` expressions and local templates with typed parameters."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from runners.azure_expression import Scope, evaluate, text_of, truth
from runners.tools import HarnessError

INLINE = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
DIRECTIVE = re.compile(r"\$\{\{\s*(if|elseif|else|each|insert)\b\s*(.*?)\s*\}\}", re.DOTALL)
EACH = re.compile(r"(\w+)\s+in\s+(.*)", re.DOTALL)


def load(path: Path) -> Any:
    """Read YAML as Azure does: every scalar is a string."""
    return YAML(typ="base").load(path)


@dataclass(frozen=True, slots=True)
class Expander:
    """Expands the files of one repository for one start of the pipeline."""

    root: Path
    variables: Mapping[str, Any]

    def pipeline(self, file: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Return the whole pipeline without templates and compile-time expressions."""
        path = self.root / file
        document = load(path)
        values = self._parameters(document, parameters, file)
        scope = self._scope(values)
        body = {
            key: value
            for key, value in document.items()
            if key not in {"parameters", "stages", "jobs", "steps"}
        }
        whole: dict[str, Any] = self._plain(body, scope)
        for kind in ("stages", "jobs", "steps"):
            if kind in document:
                whole[kind] = self._items(document[kind], kind, path, scope)
        return whole

    def _scope(self, parameters: Mapping[str, Any]) -> Scope:
        return Scope({"parameters": parameters, "variables": self.variables})

    def _parameters(self, document: Any, given: Mapping[str, Any], where: str) -> dict[str, Any]:
        declared = document.get("parameters", [])
        if unknown := set(given) - {item["name"] for item in declared}:
            raise HarnessError(f"{where} has no parameter {sorted(unknown)}")
        values: dict[str, Any] = {}
        for item in declared:
            name, kind = item["name"], item.get("type", "string")
            if name not in given and "default" not in item:
                raise HarnessError(f"{where} needs the parameter {name}")
            value = given.get(name, item.get("default"))
            if "values" in item and value not in item["values"]:
                raise HarnessError(f"{where}: {value!r} is not among the values of {name}")
            values[name] = value is True or text_of(value).lower() == "true" if kind == "boolean" else value
        return values

    def _items(self, node: Any, kind: str, path: Path, scope: Scope) -> list[Any]:
        found: list[Any] = []
        for item in self._plain(node, scope):
            if isinstance(item, dict) and "template" in item:
                found += self._template(item, kind, path)
            elif isinstance(item, dict):
                found.append(self._inner(item, kind, path))
            else:
                raise HarnessError(f"{path.name}: {item!r} is no item of {kind}")
        return found

    def _inner(self, item: dict[str, Any], kind: str, path: Path) -> dict[str, Any]:
        """Expand the templates inside a stage or job, whose expressions are gone already."""
        inner = {"stages": "jobs", "jobs": "steps"}.get(kind, "")
        scope = self._scope({})
        if inner in item:
            return {**item, inner: self._items(item[inner], inner, path, scope)}
        if "strategy" in item and kind == "jobs" and "deployment" in item:
            return {**item, "strategy": self._hooks(item["strategy"], path, scope)}
        return item

    def _hooks(self, node: Any, path: Path, scope: Scope) -> Any:
        if not isinstance(node, dict):
            return node
        return {
            key: self._items(value, "steps", path, scope)
            if key == "steps"
            else self._hooks(value, path, scope)
            for key, value in node.items()
        }

    def _template(self, item: Mapping[str, Any], kind: str, path: Path) -> list[Any]:
        name = item["template"]
        if "@" in name:
            raise HarnessError(f"{path.name}: template {name} lies in another repository")
        target = self.root / name.lstrip("/") if name.startswith("/") else path.parent / name
        if not target.is_file():
            raise HarnessError(f"{path.name}: there is no template {name}")
        document = load(target)
        if kind not in document:
            raise HarnessError(f"{name} holds no {kind}, which {path.name} expects")
        return self._items(
            document[kind],
            kind,
            target,
            self._scope(self._parameters(document, item.get("parameters", {}), name)),
        )

    def _plain(self, node: Any, scope: Scope) -> Any:
        if isinstance(node, str):
            whole = INLINE.fullmatch(node.strip())
            if whole is not None and node.strip().count("${{") == 1:
                return evaluate(whole[1], scope)
            return INLINE.sub(lambda match: text_of(evaluate(match[1], scope)), node)
        if isinstance(node, list):
            return self._list(node, scope)
        return self._mapping(node, scope) if isinstance(node, dict) else node

    def _list(self, node: list[Any], scope: Scope) -> list[Any]:
        found: list[Any] = []
        taken = False
        for item in node:
            key = next(iter(item)) if isinstance(item, dict) and len(item) == 1 else ""
            directive = DIRECTIVE.fullmatch(str(key).strip())
            if directive is None:
                found.append(self._plain(item, scope))
                continue
            bodies, taken = self._chosen(directive, item[key], scope, taken=taken)
            for body in bodies:
                found += body
        return found

    def _mapping(self, node: dict[str, Any], scope: Scope) -> dict[str, Any]:
        found: dict[str, Any] = {}
        taken = False
        for key, value in node.items():
            directive = DIRECTIVE.fullmatch(str(key).strip())
            if directive is None:
                found[text_of(self._plain(key, scope))] = self._plain(value, scope)
                continue
            bodies, taken = self._chosen(directive, value, scope, taken=taken)
            for body in bodies:
                found.update(body)
        return found

    def _chosen(
        self, directive: re.Match[str], body: Any, scope: Scope, *, taken: bool
    ) -> tuple[list[Any], bool]:
        """Return the bodies that a directive lets in, and whether a branch of its chain has been taken."""
        word, rest = directive[1], directive[2]
        if word == "each":
            match = EACH.fullmatch(rest)
            if match is None:
                raise HarnessError(f"cannot read `each {rest}`")
            scopes = (Scope({**scope.contexts, match[1]: value}) for value in evaluate(match[2], scope))
            return [self._plain(body, inner) for inner in scopes], False
        if word == "insert":
            return [self._plain(body, scope)], False
        chained = taken and word != "if"
        holds = not chained and (word == "else" or truth(evaluate(rest, scope)))
        return [self._plain(body, scope)] if holds else [], chained or holds

"""Expand an Azure pipeline: follow templates, evaluate what `${{ }}` decides, and keep the lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from mlops.domain.document import Document, Map, Scalar, Seq, entries_of, items_of, text_of
from mlops.domain.facts import FileFacts
from mlops.domain.logic import Tri
from mlops.domain.pipeline import ALWAYS, Condition
from mlops.domain.record import replace
from mlops.graph.ci.azure_directives import (
    DIRECTIVE,
    EACH,
    PARAMETER,
    WHOLE,
    Chain,
    Scope,
    declared_variables,
    is_inclusion,
    unsure,
    variable_items,
)
from mlops.graph.ci.azure_expression import Environment, evaluate
from mlops.graph.ci.azure_templates import (
    EXPRESSION,
    Placed,
    Store,
    declared_parameters,
    parameter_values,
    repositories,
)
from mlops.graph.ci.azure_values import UNKNOWN, Unknown, Value, text_form, truth

#: What a template's root may hold, and what a list that includes it takes.
_LISTS = ("stages", "jobs", "steps", "variables")
#: Azure's own limits, and one on what a file may expand to.
_MAX_FILES, _MAX_LEVELS, _MAX_NODES, _MAX_DEPTH = 100, 20, 60_000, 80


class _LimitError(Exception):
    pass


class Expander:
    """Expands one pipeline for one event."""

    def __init__(
        self,
        files: Mapping[str, FileFacts],
        sources: Mapping[str, Mapping[str, FileFacts]],
        predefined: Mapping[str, Value],
        *,
        manual: bool = False,
    ) -> None:
        """Take the files, the checkouts, and what the event makes of the predefined variables."""
        self.store = Store(files, sources)
        self._predefined = predefined
        self._manual = manual
        self._seen: set[str] = set()
        self._nodes = 0
        self._depth = 0

    def pipeline(self, path: str) -> Placed:
        """Return the expanded root of a pipeline file; on a limit, as much as nothing and a problem."""
        root = self.store.own.root(path)
        if root is None:
            return Placed((), 0)
        self.store.aliases = repositories(root)
        declared = declared_parameters(root.get("parameters"))
        names = frozenset(parameter.name.lower() for parameter in declared)
        scope = Scope(
            self.store.own,
            path,
            parameter_values(declared, None),
            settable=names if self._manual else frozenset(),
        )
        try:
            return self._file_root(root, scope)
        except _LimitError as fault:
            self.store.fault(path, root.line, str(fault))
            return Placed((), root.line, path=path)

    def variable(self, name: str, variables: Mapping[str, Value]) -> Value:
        """Return a variable's value: predefined ones first, then those of the files."""
        return self._predefined.get(name, variables.get(name, UNKNOWN))

    def _file_root(self, root: Map, scope: Scope) -> Placed:
        """Expand a file's root, and what it extends."""
        own = Map(tuple(entry for entry in root.items if entry[0].text != "parameters"), root.line)
        expanded = self._mapping(own, scope)
        extended = expanded.get("extends")
        if not isinstance(extended, Map):
            return expanded
        inner = replace(scope, variables={**scope.variables, **declared_variables(expanded.get("variables"))})
        written = own.get("extends")
        base = self._template(extended, written if isinstance(written, Map) else extended, inner)
        if base is None:
            return expanded
        merged = {key.text: (key, value) for key, value in base.items}
        for key, value in expanded.items:
            if key.text == "variables" and "variables" in merged:
                value = Seq((*variable_items(value), *variable_items(merged["variables"][1])), key.line)  # noqa: PLW2901
            if key.text != "extends":
                merged[key.text] = (key, value)
        return replace(base, items=tuple(merged.values()))

    def _count(self) -> None:
        self._nodes += 1
        if self._nodes > _MAX_NODES:
            raise _LimitError(f"the templates expand to more than {_MAX_NODES} values")

    def _node(self, node: Document, scope: Scope) -> Document:
        self._count()
        if isinstance(node, Placed):
            return node
        if isinstance(node, Scalar):
            return self._scalar(node, scope)
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise _LimitError("the templates nest too deeply")
        try:
            if isinstance(node, Seq):
                return Seq(tuple(self._items(node, scope)), node.line, node.tag)
            return self._mapping(node, scope)
        finally:
            self._depth -= 1

    def _environment(self, scope: Scope) -> Environment:
        return Environment(
            {"parameters": scope.parameters, **scope.loops},
            lambda name: self.variable(name, scope.variables),
        )

    def _evaluate(self, text: str, scope: Scope) -> Value:
        return evaluate(text.strip(), self._environment(scope))

    def _scalar(self, node: Scalar, scope: Scope) -> Document:
        if "${{" not in node.text:
            return node
        whole = WHOLE.match(node.text)
        if whole:
            value = self._evaluate(whole[1], scope)
            if isinstance(value, (Map, Seq)):
                return value
            if isinstance(value, Scalar):
                return replace(value, line=node.line)
            text = text_form(value)
            if isinstance(text, Unknown):
                return replace(node, tag="unknown")
            return replace(node, text=text, tag="null" if value is None else "str")
        unknown = False

        def written(match: re.Match[str]) -> str:
            nonlocal unknown
            text = text_form(self._evaluate(match[1], scope))
            if isinstance(text, Unknown):
                unknown = True
                return match[0]
            return text

        text = EXPRESSION.sub(written, node.text)
        return replace(node, text=text, tag="unknown" if unknown else node.tag)

    def _arm(self, keyword: str, text: str, chain: Chain, scope: Scope) -> Condition:
        value = Tri.YES if keyword == "else" else truth(self._evaluate(text, scope))
        names = {name.lower() for name in PARAMETER.findall(text)}
        if value is Tri.NO and names & scope.settable:
            value = Tri.UNKNOWN
        taken = chain.arm(keyword, value)
        shown = f"`${{{{ {keyword}{text.rstrip()} }}}}`"
        if taken is Tri.YES:
            return ALWAYS
        if taken is Tri.NO:
            constant = "variables" not in text.lower()
            return Condition(taken, f"it is left out by {shown}", "F6" if constant else "")
        return Condition(taken, f"whether {shown} holds cannot be told from the files")

    def _loop(self, text: str, scope: Scope) -> Iterator[Scope]:
        match = EACH.match(text)
        if match is None:
            return
        name, value = match[1].lower(), self._evaluate(match[2], scope)
        if isinstance(value, Seq):
            for item in value.items:
                guard = scope.guard & item.guard if isinstance(item, Placed) else scope.guard
                yield replace(scope, loops={**scope.loops, name: item}, guard=guard)
        elif isinstance(value, Map):
            for key, item in value.items:
                pair = Map(((Scalar("key", key.line), key), (Scalar("value", key.line), item)), key.line)
                yield replace(scope, loops={**scope.loops, name: pair})
        elif isinstance(value, Unknown):
            guard = Condition(Tri.UNKNOWN, f"the list `{match[2].strip()}` cannot be told from the files")
            yield replace(scope, loops={**scope.loops, name: UNKNOWN}, guard=scope.guard & guard)

    def _branches(self, key: Scalar, scope: Scope, chain: Chain) -> Iterator[Scope] | None:
        """Return the scopes in which the value below a directive stands, None for an ordinary key."""
        match = DIRECTIVE.match(key.text)
        if match is None:
            return None
        keyword, text = match[1], match[2]
        if keyword == "each":
            return self._loop(text, scope)
        if keyword == "insert":
            return iter((scope,))
        return iter((replace(scope, guard=scope.guard & self._arm(keyword, text, chain, scope)),))

    def _items(self, node: Seq, scope: Scope) -> Iterator[Document]:
        chain = Chain()
        for item in node.items:
            if isinstance(item, Placed):
                yield item
            elif (
                isinstance(item, Map)
                and item.items
                and all(DIRECTIVE.match(key.text) for key, _ in item.items)
            ):
                for key, value in item.items:
                    for inner in self._branches(key, scope, chain) or ():
                        yield from self._spliced(value, inner)
            elif isinstance(item, Map) and is_inclusion(item):
                yield from self._included(item, scope)
            else:
                expanded = self._node(item, scope)
                is_splice = isinstance(item, Scalar) and isinstance(expanded, Seq)
                yield from items_of(expanded) if is_splice else (expanded,)

    def _spliced(self, value: Document, scope: Scope) -> Iterator[Document]:
        """Yield the items below a directive in a list; of what is ruled out only mappings, which say so."""
        for item in items_of(value) if isinstance(value, Seq) else (value,):
            if scope.guard.value is Tri.NO and not (isinstance(item, Map) and not is_inclusion(item)):
                continue
            yield from self._items(Seq((item,), item.line), scope)

    def _mapping(self, node: Map, scope: Scope) -> Placed:
        chain = Chain()
        found: dict[str, tuple[Scalar, Document]] = {}
        variables = node.get("variables")
        if isinstance(variables, (Map, Seq)):
            scope = replace(
                scope, variables={**scope.variables, **declared_variables(self._node(variables, scope))}
            )
        for key, value in node.items:
            scopes = self._branches(key, scope, chain)
            if scopes is None:
                name = self._scalar(key, scope) if "${{" in key.text else key
                name = name if isinstance(name, Scalar) else key
                found[name.text] = (name, self._node(value, scope))
                continue
            for inner in scopes:
                if inner.guard.value is Tri.NO and scope.guard.value is not Tri.NO:
                    continue
                below = self._node(value, inner)
                sure = inner.guard.value is not Tri.UNKNOWN or scope.guard.value is Tri.UNKNOWN
                for name, item in entries_of(below):
                    if sure:
                        found[name.text] = (name, item)
                    else:
                        found.setdefault(name.text, (name, unsure(item)))
        return Placed(tuple(found.values()), node.line, node.tag, path=scope.path, guard=scope.guard)

    def _included(self, item: Map, scope: Scope) -> Iterator[Document]:
        expanded = self._mapping(item, scope)
        root = self._template(expanded, item, scope)
        if root is None:
            return
        for name in _LISTS:
            value = root.get(name)
            if name == "variables" and value is not None:
                yield from variable_items(value)
            else:
                yield from items_of(value)

    def _template(self, item: Map, written: Map, scope: Scope) -> Placed | None:
        """Return the expanded root of the template that a mapping names, or None and the reason on record."""
        node = item.get("template")
        if not isinstance(node, Scalar):
            return None
        found = self.store.locate(node, scope.origin, scope.file, dead=scope.guard.value is Tri.NO)
        if found is None:
            return None
        origin, file, root = found
        if scope.level >= _MAX_LEVELS:
            raise _LimitError(
                f"templates nest more than {_MAX_LEVELS} levels deep at {scope.path}:{node.line}"
            )
        self._seen.add(origin.shown(file))
        if len(self._seen) > _MAX_FILES:
            raise _LimitError(f"more than {_MAX_FILES} files are included")
        given = item.get("parameters")
        settable = frozenset(
            key.text.lower()
            for key, value in entries_of(written.get("parameters"))
            if {name.lower() for name in PARAMETER.findall(text_of(value))} & scope.settable
        )
        inner = replace(
            scope,
            origin=origin,
            file=file,
            parameters=parameter_values(declared_parameters(root.get("parameters")), given),
            loops={},
            settable=settable,
            level=scope.level + 1,
        )
        return self._file_root(root, inner)

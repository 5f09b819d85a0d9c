"""Turn a finished walk into facts."""

from __future__ import annotations

from collections.abc import Callable

from mlops.domain.python import (
    Call,
    Check,
    Class,
    Constant,
    Decorator,
    Effect,
    Function,
    Import,
    Parameter,
    PythonFacts,
    Reference,
)
from mlops.facts.python import conditions, literals
from mlops.facts.python.flow import Flow
from mlops.facts.python.resolve import Resolver, pick
from mlops.facts.python.state import (
    ANNOTATED,
    VALUE,
    Arm,
    Binding,
    CallRecord,
    CheckRecord,
    ClassRecord,
    DecoratorRecord,
    FunctionRecord,
    Scope,
    Walk,
)

#: Turns a row of the walked text into a line of the file.
Lines = Callable[[int], int]

_MISSING = Effect()
_TEST = 200


def facts(walk: Walk, line: Lines, shell: tuple[tuple[str, int], ...] = ()) -> PythonFacts:
    """Resolve the names of a walk and return its facts."""
    builder = _Builder(walk, line)
    calls = tuple(builder.call(index, record) for index, record in enumerate(walk.calls))
    return PythonFacts(
        imports=tuple(
            Import(literals.native(name), literals.native(alias), line(row), scope.number, optional)
            for name, alias, row, scope, optional in walk.imports
        ),
        functions=tuple(builder.function(record) for record in walk.functions),
        classes=tuple(builder.klass(record) for record in walk.classes.values()),
        calls=calls,
        checks=tuple(builder.check(record) for record in sorted(walk.checks, key=lambda check: check.start)),
        references=builder.references(),
        constants=tuple(builder.constant(*record) for record in walk.constants),
        variables=builder.variables(),
        shell=shell,
        loose_statements=walk.loose,
    )


class _Builder:
    def __init__(self, walk: Walk, line: Lines) -> None:
        self._walk = walk
        self._line = line
        self._names = Resolver(walk)
        self._flow = Flow(walk, self._names.varies)

    def call(self, index: int, record: CallRecord) -> Call:
        node, scope, guard = record.node, record.scope, record.guard
        position = node.start_byte
        line = self._line
        return Call(
            self._names.called(scope, record.symbol, position),
            line(node.start_point[0]),
            scope.number,
            self._args(scope, record.args, position) if record.args else (),
            self._keywords(scope, record.keywords, position) if record.keywords else (),
            self._flow.call(index),
            record.discarded,
            guard is not None and guard.swallowed(),
            record.live,
            record.role,
            line(node.end_point[0]),
        )

    def _args(self, scope: Scope, args: list[str], position: int) -> tuple[str, ...]:
        render = self._names.render
        return tuple([render(scope, arg, position) for arg in args])

    def _keywords(
        self, scope: Scope, keywords: list[tuple[str, str]], position: int
    ) -> tuple[tuple[str, str], ...]:
        render = self._names.render
        return tuple([(key, render(scope, value, position)) for key, value in keywords])

    def check(self, record: CheckRecord) -> Check:
        scope = record.scope
        text = literals.native(self._walk.text[record.start : record.end])
        read = conditions.read(text)
        bound = [self._names.number(scope, name) for name in read.names]
        mask = self._flow.mask(scope, record.deps)
        return Check(
            record.kind,
            self._line(record.row),
            scope.number,
            text[:_TEST],
            read.names,
            read.operators,
            tuple(dict.fromkeys([*read.numbers, *filter(None, bound)])),
            self._flow.indices(mask),
            mask == 0,
            self._effect(scope, record.body),
            self._effect(scope, record.orelse),
            record.guard is not None and record.guard.swallowed(),
            record.live,
        )

    def _effect(self, scope: Scope, arm: Arm | None) -> Effect:
        if arm is None or arm.start < 0:
            return _MISSING
        returns = tuple([self._names.render(scope, symbol, position) for symbol, position in arm.returns])
        return Effect(arm.raises, arm.exits, returns, (self._line(arm.start), self._line(arm.end)), arm.idle)

    def function(self, record: FunctionRecord) -> Function:
        node, scope, names = record.node, record.scope, self._names
        returned = [names.render(scope, symbol, position) for symbol, position in record.returned]
        return Function(
            record.name,
            self._line(node.start_point[0]),
            self._line(node.end_point[0]),
            record.outer.number,
            literals.native(record.owner),
            tuple([self._decorator(decorator) for decorator in record.decorators]),
            tuple([self._parameter(record, *parameter) for parameter in record.parameters]),
            record.body,
            self._flow.indices(self._flow.mask(scope, record.deps)) if record.deps else (),
            tuple(dict.fromkeys([name for name in returned if name and not literals.is_literal(name)])),
        )

    def _parameter(self, record: FunctionRecord, name: str, annotation: str, default: str) -> Parameter:
        position = record.node.start_byte
        return Parameter(
            literals.native(name),
            self._names.annotation(record.outer, annotation) if annotation else "",
            self._names.render(record.outer, default, position) if default else "",
        )

    def _decorator(self, record: DecoratorRecord) -> Decorator:
        name = self._names.name(record.scope, record.symbol or "?", record.position)
        line = self._line(record.row)
        if record.call < 0:
            return Decorator(name, line)
        call = self._walk.calls[record.call]
        args = self._args(call.scope, call.args, record.position)
        return Decorator(name, line, args, self._keywords(call.scope, call.keywords, record.position))

    def klass(self, record: ClassRecord) -> Class:
        node = record.node
        attributes = (
            (name, self._attribute(found))
            for name, found in record.attributes.items()
            if name not in record.members
        )
        return Class(
            literals.native(record.name),
            self._line(node.start_point[0]),
            self._line(node.end_point[0]),
            tuple([self._names.name(record.outer, base, node.start_byte) for base in record.bases]),
            tuple([self._decorator(decorator) for decorator in record.decorators]),
            tuple([(literals.native(name), value) for name, value in attributes if value]),
        )

    def _attribute(self, bindings: list[Binding]) -> str:
        value = self._names.value(pick(bindings, bindings[-1].position))
        return "" if literals.is_literal(value) or value[0] == "?" else value

    def variables(self) -> tuple[tuple[str, str], ...]:
        found = (
            (name, self._attribute(bindings))
            for name, bindings in self._walk.module.names.items()
            if bindings and bindings[-1].kind in {VALUE, ANNOTATED}
        )
        return tuple([(literals.native(name), value) for name, value in found if value])

    def references(self) -> tuple[Reference, ...]:
        found: dict[tuple[str, int], Reference] = {}
        for scope in self._walk.scopes:
            for symbol, node in scope.loads.items():
                if self._names.defined(scope, symbol):
                    name = self._names.name(scope, symbol, node.start_byte)
                    if name[0] != "?" and self._names.member(scope, symbol, name):
                        reference = Reference(name, self._line(node.start_point[0]), scope.number)
                        found.setdefault((name, scope.number), reference)
        return tuple(sorted(found.values(), key=lambda reference: reference.line))

    def constant(self, name: str, value: str, row: int, scope: Scope) -> Constant:
        rendered = value
        if name.rpartition(".")[2] == "pytestmark" and value.replace(".", "").isidentifier():
            rendered = self._names.name(scope, value, self._walk.scope.number)
        return Constant(literals.native(name), rendered, self._line(row))

"""Walk functions, classes, decorators and imports."""

from __future__ import annotations

from collections.abc import Callable

from tree_sitter import Node

from mlops.facts.python import literals
from mlops.facts.python.blocks import STATEMENTS, block
from mlops.facts.python.grammar import CALL, COMMENT, IDENTIFIER, KEYWORD, kinds
from mlops.facts.python.names import evaluate
from mlops.facts.python.state import (
    ANNOTATED,
    DEFINED,
    IMPORTED,
    OPAQUE,
    SELF,
    TAINT,
    Arm,
    Binding,
    ClassRecord,
    DecoratorRecord,
    FunctionRecord,
    Scope,
    Walk,
)

_DECORATOR = kinds("decorator")
_ALIASED = kinds("aliased_import")
_DOTTED = kinds("dotted_name")
_WILDCARD = kinds("wildcard_import")
_TYPED = kinds("typed_parameter")
_DEFAULT = kinds("default_parameter", "typed_default_parameter")
_SEPARATOR = kinds("keyword_separator", "positional_separator", "comment")
_PASS = kinds("pass_statement")
_RETURN = kinds("return_statement")
_EXPRESSION = kinds("expression_statement")
_CONTENT = kinds("string", "ellipsis", "concatenated_string")


def _decorated(walk: Walk, node: Node) -> bool:
    decorators: list[DecoratorRecord] = []
    for child in node.named_children:
        if child.kind_id in _DECORATOR:
            decorators += [_decorator(walk, expression) for expression in child.named_children[:1]]
        elif child.kind_id not in COMMENT:
            walk.decorators = decorators
            STATEMENTS[child.kind_id](walk, child)
    walk.decorators = []
    return False


def _decorator(walk: Walk, node: Node) -> DecoratorRecord:
    walk.deps = []
    symbol = evaluate(walk, node)
    index = -1
    if node.kind_id in CALL:
        index = len(walk.calls) - 1
        walk.calls[index].role = "decorator"
    return DecoratorRecord(symbol, node.start_point.row, walk.scope, node.start_byte, index)


def _function(walk: Walk, node: Node) -> bool:
    decorators, walk.decorators = walk.decorators, []
    name_node, parameters = node.child_by_field_name("name"), node.child_by_field_name("parameters")
    body = node.child_by_field_name("body")
    if name_node is None:
        return False
    name = walk.text[name_node.start_byte : name_node.end_byte]
    outer = walk.scope
    qualified = outer.prefix + name
    walk.bind(name, DEFINED, ":" + qualified, node, [])
    owner = outer.owner
    if owner is not None:
        owner.members.add(name)
    scope = walk.enter(Scope(len(walk.functions), outer, qualified + "."))
    record = FunctionRecord(
        literals.native(qualified), node, outer, scope, owner.name if owner else "", decorators, []
    )
    walk.functions.append(record)
    if parameters is not None:
        first = (
            owner if owner and all(decorator.symbol != "staticmethod" for decorator in decorators) else None
        )
        _parameters(walk, parameters, record, first)
    if body is not None:
        _body(walk, body, record, owner)
    return False


def _parameters(walk: Walk, node: Node, record: FunctionRecord, owner: ClassRecord | None) -> None:
    text = walk.text
    for child in node.named_children:
        kind = child.kind_id
        if kind in _SEPARATOR:
            continue
        annotation = default = ""
        named = child
        if kind not in IDENTIFIER:
            if kind in _TYPED or kind in _DEFAULT:
                named = child.named_children[0]
                annotated = child.child_by_field_name("type")
                if annotated is not None:
                    annotation = text[annotated.start_byte : annotated.end_byte]
            if kind in _DEFAULT:
                walk.deps = []
                default = evaluate(walk, child.named_children[-1])
        name = text[named.start_byte : named.end_byte]
        record.parameters.append((name, annotation, default))
        _bind_parameter(walk, child, name, annotation, default, record, owner)
        owner = None


def _bind_parameter(
    walk: Walk,
    node: Node,
    name: str,
    annotation: str,
    default: str,
    record: FunctionRecord,
    owner: ClassRecord | None,
) -> None:
    position, scope = node.end_byte, record.scope
    name = name.lstrip("* ")
    if owner is not None:
        binding = Binding(position, SELF, owner.name, position, scope)
    elif annotation:
        binding = Binding(position, ANNOTATED, annotation, node.start_byte, record.outer)
    else:
        binding = Binding(position, OPAQUE, "", position, scope)
    scope.names[name] = [binding]
    if literals.is_number(default):
        scope.defaults[name] = default
    walk.events.append((scope, name, [TAINT]))


def _body(walk: Walk, body: Node, record: FunctionRecord, owner: ClassRecord | None) -> None:
    saved = walk.scope, walk.function, walk.arm, walk.guard, walk.live, walk.method, walk.optional
    walk.scope, walk.function, walk.arm, walk.guard = record.scope, record, Arm(), None
    walk.live = True
    if owner is not None:
        walk.method = owner
    block(walk, body)
    walk.scope, walk.function, walk.arm, walk.guard, walk.live, walk.method, walk.optional = saved
    record.body = _shape(walk, body, record)


def _shape(walk: Walk, body: Node, record: FunctionRecord) -> str:
    """Tell a stub and a function that only returns a literal from real ones."""
    if body.named_child_count > 8:
        return "real"
    statements = [child for child in body.named_children if child.kind_id not in COMMENT]
    statements = [child for child in statements if not _says_nothing(walk, child)]
    if not statements:
        return "stub"
    if len(statements) == 1 and statements[0].kind_id in _RETURN:
        values = record.returned
        if not values or (len(values) == 1 and literals.is_literal(values[0][0])):
            return "constant"
    return "real"


def _says_nothing(walk: Walk, node: Node) -> bool:
    kind = node.kind_id
    if kind in _PASS:
        return True
    if kind in _EXPRESSION:
        return all(child.kind_id in _CONTENT for child in node.named_children)
    return walk.text.startswith("raise NotImplemented", node.start_byte)


def _class(walk: Walk, node: Node) -> bool:
    decorators, walk.decorators = walk.decorators, []
    name_node, body = node.child_by_field_name("name"), node.child_by_field_name("body")
    if name_node is None:
        return False
    name = walk.text[name_node.start_byte : name_node.end_byte]
    outer = walk.scope
    qualified = outer.prefix + name
    walk.bind(name, DEFINED, ":" + qualified, node, [])
    if outer.owner is not None:
        outer.owner.members.add(name)
    record = ClassRecord(qualified, node, outer, decorators, _bases(walk, node))
    walk.classes.setdefault(qualified, record)
    method = walk.method
    walk.method = None
    walk.scope = walk.enter(Scope(outer.number, outer, qualified + ".", owner=record))
    if body is not None:
        block(walk, body)
    walk.scope, walk.method = outer, method
    return False


def _bases(walk: Walk, node: Node) -> list[str]:
    found: list[str] = []
    given = node.child_by_field_name("superclasses")
    for child in given.named_children if given is not None else ():
        if child.kind_id in KEYWORD:
            evaluate(walk, child.named_children[-1])
        elif child.kind_id not in COMMENT:
            # `Generic[T]` and `Base[Config]` are named by what is subscripted.
            symbol = evaluate(walk, child).removeprefix("?")
            if symbol and not literals.is_literal(symbol):
                found.append(symbol)
    return found


def _import(walk: Walk, node: Node) -> bool:
    for child in node.named_children:
        if child.kind_id in _ALIASED:
            parts = child.named_children
            name, alias = _written(walk, parts[0]), _written(walk, parts[-1])
            _bind_import(walk, child, name, alias, name)
        elif child.kind_id in _DOTTED:
            name = _written(walk, child)
            root = name.partition(".")[0]
            _bind_import(walk, child, name, root, root)
    return False


def _import_from(walk: Walk, node: Node) -> bool:
    children = node.named_children
    if not children:
        return False
    module = _written(walk, children[0])
    prefix = module if module.endswith(".") else module + "."
    for child in children[1:]:
        kind = child.kind_id
        if kind in _ALIASED:
            parts = child.named_children
            name = prefix + _written(walk, parts[0])
            _bind_import(walk, child, name, _written(walk, parts[-1]), name)
        elif kind in _DOTTED:
            written = _written(walk, child)
            _bind_import(walk, child, prefix + written, written, prefix + written)
        elif kind in _WILDCARD:
            walk.stars.append(prefix)
            walk.imports.append((prefix + "*", "*", child.start_point.row, walk.scope, walk.optional))
    return False


def _written(walk: Walk, node: Node) -> str:
    text = walk.text[node.start_byte : node.end_byte]
    return text if text.isidentifier() else "".join(text.replace("\\", "").split())


def _bind_import(walk: Walk, node: Node, name: str, alias: str, bound: str) -> None:
    walk.imports.append((name, alias, node.start_point.row, walk.scope, walk.optional))
    walk.bind(alias, IMPORTED, bound, node, [])


HANDLERS: dict[str, Callable[[Walk, Node], bool]] = {
    "decorated_definition": _decorated,
    "function_definition": _function,
    "class_definition": _class,
    "import_statement": _import,
    "import_from_statement": _import_from,
}

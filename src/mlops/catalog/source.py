"""Rule files as plain values that know their lines."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePath
from typing import Any

from mlops.domain.record import dataclass, field
from mlops.domain.regex import regex
from mlops.errors import RuleError

#: No honest rule file comes near; a user's rules lie in repositories that anybody may have written.
MAX_BYTES = 1_000_000
MAX_DEPTH = 60

_INTEGER = regex(r"[-+]?[0-9]+$")
_CONSTANTS = {"true": True, "false": False, "null": None, "~": None, "": None}


@dataclass(frozen=True, slots=True)
class RuleFile:
    """A parsed rule file."""

    path: PurePath
    data: Any
    #: Container (by identity) -> key or position -> line.
    lines: dict[int, dict[str | int, int]] = field(repr=False)

    def line(self, *route: str | int) -> int:
        """Return the line of the value at the end of a route of keys, or of the last step that exists."""
        node, line = self.data, 1
        for step in route:
            known = self.lines.get(id(node), {})
            if step not in known:
                break
            line = known[step]
            node = node[step]
        return line

    def fault(self, message: str, *route: str | int) -> RuleError:
        """Return the error for a fault at the end of a route."""
        return RuleError(f"{self.path}:{self.line(*route)}: {message}")


def read(path: Path) -> RuleFile:
    """Read a rule file; raise RuleError for what is no single, plain YAML mapping."""
    try:
        text = path.read_bytes()
    except OSError as fault:
        raise RuleError(
            f"{path}: cannot be read: {fault.strerror}. Check the path and its permissions."
        ) from fault
    return parse(path, text)


def parse(path: PurePath, text: bytes) -> RuleFile:
    """Read the text of a rule file; raise RuleError for what is no single, plain YAML mapping."""
    if len(text) > MAX_BYTES:
        raise RuleError(f"{path}: is larger than {MAX_BYTES} bytes. Split the rules over several files.")
    from ruamel.yaml.error import MarkedYAMLError, YAMLError  # noqa: PLC0415 (19 ms of start-up)

    composer = _Composer(path)
    try:
        for event in _events(text):
            composer.take(event)
    except (YAMLError, UnicodeError) as fault:
        mark = fault.problem_mark if isinstance(fault, MarkedYAMLError) else None
        problem = fault.problem if isinstance(fault, MarkedYAMLError) else str(fault)
        place = f"{path}:{mark.line + 1}" if mark else f"{path}"
        raise RuleError(f"{place}: invalid YAML: {problem}. Quote texts that hold `: ` or ` #`.") from fault
    if not isinstance(composer.root, dict):
        raise RuleError(f"{path}:1: is no mapping. A rule file starts with keys such as `id:`.")
    return RuleFile(path, composer.root, composer.lines)


def _events(text: bytes) -> Iterator[Any]:
    from ruamel.yaml.cyaml import CParser  # type: ignore[attr-defined]  # noqa: PLC0415 (start-up)

    parser = CParser(text)
    while parser.check_event():
        yield parser.get_event()


class _Composer:
    """Builds dicts and lists from parser events, without recursion."""

    def __init__(self, path: PurePath) -> None:
        self.path = path
        self.root: Any = None
        self.lines: dict[int, dict[str | int, int]] = {}
        #: Open containers with the key that waits for its value.
        self._open: list[tuple[dict[str, Any] | list[Any], str | None]] = []
        self._documents = 0

    def take(self, event: Any) -> None:
        kind = type(event).__name__
        if kind == "ScalarEvent":
            self._scalar(event)
        elif kind in {"MappingStartEvent", "SequenceStartEvent"}:
            if len(self._open) >= MAX_DEPTH:
                raise self._fault(event, f"nests deeper than {MAX_DEPTH} levels. No rule needs that.")
            container: dict[str, Any] | list[Any] = {} if kind == "MappingStartEvent" else []
            self.lines[id(container)] = {}
            self._put(container, event)
            self._open.append((container, None))
        elif kind in {"MappingEndEvent", "SequenceEndEvent"}:
            self._open.pop()
        elif kind == "AliasEvent":
            raise self._fault(event, "uses an alias (`*name`). Write the value out: rules have no aliases.")
        elif kind == "DocumentStartEvent":
            self._documents += 1
            if self._documents > 1:
                raise self._fault(event, "starts a second document. Put one rule into one file.")

    def _scalar(self, event: Any) -> None:
        container, key = self._open[-1] if self._open else ([], None)
        if isinstance(container, dict) and key is None:
            if event.value in container:
                raise self._fault(event, f"repeats the key `{event.value}`. Keep one of them.")
            self._open[-1] = (container, event.value)
            self.lines[id(container)][event.value] = event.start_mark.line + 1
        else:
            self._put(_value(event), event)

    def _put(self, value: Any, event: Any) -> None:
        if not self._open:
            self.root = value
            return
        container, key = self._open[-1]
        if isinstance(container, list):
            self.lines[id(container)][len(container)] = event.start_mark.line + 1
            container.append(value)
        elif key is None:
            raise self._fault(event, "has a key that is a list or a mapping. Keys are plain texts.")
        else:
            container[key] = value
            self._open[-1] = (container, None)

    def _fault(self, event: Any, message: str) -> RuleError:
        return RuleError(f"{self.path}:{event.start_mark.line + 1}: {message}")


def _value(event: Any) -> Any:
    text: str = event.value
    if not event.implicit[0] or event.style not in {None, ""}:
        return text
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    return int(text) if _INTEGER.match(text) and len(text) <= 20 else text

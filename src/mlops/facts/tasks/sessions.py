"""Tasks written in Python: nox sessions and invoke tasks."""

from __future__ import annotations

import ast
import shlex

from mlops.domain.facts import FileFacts, Target
from mlops.domain.python import MODULE, Call, Decorator, Function, PythonFacts
from mlops.domain.record import replace
from mlops.facts.python import read as read_python
from mlops.facts.tasks.lines import at_lines, own_shell

MAX_DEPTH = 4

_NOX = frozenset({"nox.session", "nox.sessions.session", "nox_poetry.session", "nox_uv.session"})
_INVOKE = frozenset({"invoke.task", "invoke.tasks.task", "fabric.task", "duty.duty"})
_RUNS = {
    "run": (),
    "run_always": (),
    "run_install": (),
    "install": ("pip", "install"),
    "conda_install": ("conda", "install"),
}


def matches(path: str) -> bool:
    """Tell whether a path names a noxfile or a file of invoke tasks."""
    return path.rsplit("/", 1)[-1] in {"noxfile.py", "tasks.py", "fabfile.py", "duties.py"}


def read(source: bytes) -> FileFacts:
    """Read a Python file with the sessions or tasks that it defines as targets."""
    facts = read_python(source)
    return replace(facts, targets=targets_of(facts.python)) if facts.python else facts


def targets_of(python: PythonFacts) -> tuple[Target, ...]:
    """Return the sessions and tasks of a module."""
    listed = _listed(python)
    found: list[Target] = []
    for index, function in enumerate(python.functions):
        for decorator in function.decorators:
            if decorator.name in _NOX:
                found.append(_session(python, index, decorator, listed))
            elif decorator.name in _INVOKE:
                found.append(_task(python, index, decorator))
    return tuple(found)


def _listed(python: PythonFacts) -> list[str] | None:
    """Return the sessions that `nox.options.sessions` names, None where it names none."""
    for constant in python.constants:
        if constant.name == "nox.options.sessions":
            value = _literal(constant.value)
            return [str(item) for item in value] if isinstance(value, list | tuple) else None
    return None


def _session(python: PythonFacts, index: int, decorator: Decorator, listed: list[str] | None) -> Target:
    function = python.functions[index]
    options = dict(decorator.keywords)
    name = _literal(options.get("name", ""))
    name = name if isinstance(name, str) and name else function.name
    script, line = at_lines(sorted(_session_lines(python, index, 0)))
    needs = _literal(options.get("requires", ""))
    default = name in listed if listed is not None else options.get("default") != "False"
    attrs = {"default": "yes"} if default else {}
    if "python" in options:
        attrs["python"] = options["python"][:200]
    required = tuple(str(item) for item in needs) if isinstance(needs, list | tuple) else ()
    return Target("nox", name, function.line, script, line or function.line, needs=required, attrs=attrs)


def _session_lines(python: PythonFacts, index: int, depth: int) -> list[tuple[int, str]]:
    """Return the commands of a session, those of the helpers that it hands the session to included."""
    function = python.functions[index]
    receiver = function.parameters[0].name if function.parameters else "session"
    found: list[tuple[int, str]] = []
    for call in _calls(python, index):
        owner, _, method = call.name.rpartition(".")
        if owner == f"?{receiver}" or owner.endswith(".Session"):
            found += [(call.line, text) for text in _session_command(method, call)]
        elif (
            call.name.startswith(":")
            and depth < MAX_DEPTH
            and call.args[:1]
            and call.args[0].endswith((receiver, ".Session"))
        ):
            helper = _function(python, call.name[1:])
            if helper is not None and helper != index:
                found += [(call.line, text) for _, text in sorted(_session_lines(python, helper, depth + 1))]
    return found


def _session_command(method: str, call: Call) -> list[str]:
    words = [word for arg in call.args if isinstance(word := _literal(arg), str)]
    if method == "notify" and words:
        return [f"nox -s {shlex.quote(words[0])}"]
    if method not in _RUNS or not words:
        return []
    codes = _literal(call.keyword("success_codes") or "")
    ignored = isinstance(codes, list | tuple) and 1 in codes
    text = shlex.join((*_RUNS[method], *words))
    return [f"{text} || : success_codes in nox" if ignored or call.swallowed else text]


def _task(python: PythonFacts, index: int, decorator: Decorator) -> Target:
    function = python.functions[index]
    options = dict(decorator.keywords)
    name = _literal(options.get("name", ""))
    name = name if isinstance(name, str) and name else function.name.replace("_", "-")
    receiver = function.parameters[0].name if function.parameters else "c"
    parts: list[tuple[int, str]] = []
    for call in _calls(python, index):
        owner, _, method = call.name.rpartition(".")
        runs = owner == f"?{receiver}" or owner.endswith(".Context") or owner == "invoke"
        text = _given(python, call) if runs and method in {"run", "sudo", "local"} else None
        if text is not None:
            ignored = "warn=True in invoke" if call.keyword("warn") == "True" or call.swallowed else ""
            parts.append((call.line, own_shell(text, ignored=ignored)))
    script, line = at_lines(sorted(parts))
    needs = (*decorator.args, *_names(options.get("pre", "")))
    needs = tuple(need.lstrip(":").replace("_", "-") for need in needs if need.startswith(":"))
    attrs = {"default": "yes"} if options.get("default") == "True" else {}
    return Target("invoke", name, function.line, script, line or function.line, needs=needs, attrs=attrs)


def _given(python: PythonFacts, call: Call) -> str | None:
    """Return the command that a call is given, also through a helper that dresses it: `c.run(in_venv("pytest"))`."""
    if not call.args:
        return None
    given = call.args[0]
    if given.startswith(":"):
        made = [python.calls[index] for index in call.feeds if python.calls[index].name == given]
        given = made[-1].args[0] if made and made[-1].args else ""
    text = _literal(given)
    return text if isinstance(text, str) else None


def _names(rendered: str) -> list[str]:
    return [name.strip() for name in rendered.strip("[]()").split(",") if name.strip()]


def _calls(python: PythonFacts, index: int) -> list[Call]:
    return [call for call in python.calls if call.scope == index and call.live]


def _function(python: PythonFacts, name: str) -> int | None:
    for index, function in enumerate(python.functions):
        if function.name == name and _is_top(function):
            return index
    return None


def _is_top(function: Function) -> bool:
    return function.scope == MODULE and not function.owner


def _literal(rendered: str) -> object:
    try:
        return ast.literal_eval(rendered)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None

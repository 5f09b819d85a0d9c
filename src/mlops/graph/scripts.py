"""Shell text as nodes: one for the script, one for each command in it."""

from __future__ import annotations

from mlops.domain.logic import Tri
from mlops.domain.record import dataclass
from mlops.domain.shell import Command, Script
from mlops.graph.commands import resolve
from mlops.graph.context import Context, join
from mlops.graph.shell.fold import Executed, flatten
from mlops.graph.shell.neutral import neutral
from mlops.graph.shell.plain import flatten_plain
from mlops.graph.shell.wrappers import inner_script, tool_words, unwrap

#: Scripts inside scripts (`bash -c`) are followed so deep; `flatten` follows `$(…)`.
_NESTING = 5


def run_text(
    context: Context,
    text: str,
    path: str,
    first_line: int,
    folder: str,
    *,
    shell: str = "bash",
    errexit: bool = True,
    pipefail: bool = False,
) -> int:
    """Return the node of a script's text; the same text at the same place is built once for all that run it."""
    key = (path, first_line, folder, text, shell, errexit, pipefail)
    known = context.script_nodes.get(key)
    if known is not None:
        return known
    scope = context.scopes.get(path, "source")
    node = context.graph.add("script", "script", path, first_line, scope=scope)
    context.script_nodes[key] = node
    if shell in {"bash", "sh"}:
        script = context.parse(text)
        run_script(context, node, script, path, first_line, folder, errexit=errexit, pipefail=pipefail)
    elif shell == "python":
        context.place("command", "python", path, first_line, node)
    else:
        executed = flatten_plain(text, shell)
        _run(context, node, executed, path, first_line, folder, 0)
    return node


def run_script(
    context: Context,
    node: int,
    script: Script,
    path: str,
    first_line: int,
    folder: str,
    *,
    errexit: bool,
    pipefail: bool,
) -> None:
    """Add a parsed script's commands below a node; `first_line` is the file's line of the script's line 1."""
    _run(context, node, flatten(script, errexit=errexit, pipefail=pipefail), path, first_line, folder, 0)


@dataclass(frozen=True, slots=True)
class _Where:
    """Where a command stands and runs: its file and line, its folder, and in how many scripts it is nested."""

    path: str
    line: int
    folder: str
    depth: int


def _run(
    context: Context, node: int, executed: list[Executed], path: str, first_line: int, folder: str, depth: int
) -> None:
    here = folder
    for item in executed:
        command = item.command
        line = first_line + command.line - 1
        _settings(context, node, command, path, line)
        if not command.words:
            continue
        words = _words(context, unwrap(command.words, context.wrappers), here)
        if words and words[0] in {"cd", "pushd"} and item.possible is not Tri.NO:
            here = _moved(here, words)
            continue
        _add_command(context, node, item, words, _Where(path, line, here, depth))


def _words(context: Context, words: tuple[str, ...], folder: str) -> tuple[str, ...]:
    """Name a tool by its verb (`python -m pytest` is `pytest`); a module of the repository stays a module."""
    tool = tool_words(words)
    if "-m" in words[1:3] and tool and tool != words:
        own = context.python.modules.module(tool[0], join(folder, "__main__.py"))
        if own is not None:
            return ("python", "-m", *tool)
    return tool


def _moved(folder: str, words: tuple[str, ...]) -> str:
    target = next((word for word in words[1:] if not word.startswith("-")), "")
    return folder if not target or "$" in target or target == "-" else join(folder, target)


def _settings(context: Context, node: int, command: Command, path: str, line: int) -> None:
    pairs = list(command.assigns)
    if command.words and command.words[0] == "export":
        pairs += [
            (name, value) for name, sign, value in (word.partition("=") for word in command.words[1:]) if sign
        ]
    for name, value in pairs:
        context.place("setting", f"{name}={value}", path, line, node)


def _add_command(
    context: Context, parent: int, item: Executed, words: tuple[str, ...], where: _Where
) -> None:
    """Add a command below its script, what it means, and what it runs."""
    text = " ".join(words)
    node = context.graph.add(
        "command", text[:160], where.path, where.line, scope=context.scopes.get(where.path, "source")
    )
    context.commands[node] = words
    _link(context, parent, node, item, where, neutral(words, context.neutral))
    _place(context, node, item, text, where)
    inner = inner_script(words) if where.depth < _NESTING else None
    if inner is not None:
        executed = flatten(context.parse(inner), errexit=False, pipefail=False)
        _run(context, node, executed, where.path, where.line, where.folder, where.depth + 1)
    # `pixi run tests` may run a program or a task of that name.
    runs = list(resolve(context, words, where.folder)) or list(
        resolve(context, tool_words(item.command.words), where.folder)
    )
    for found in runs:
        context.edge(
            node,
            found.node,
            where.path,
            where.line,
            found.label,
            possible=found.possible,
            reason=found.reason,
            fake=found.fake,
        )


def _link(
    context: Context,
    parent: int,
    node: int,
    item: Executed,
    where: _Where,
    flag: tuple[str, str] | None,
) -> None:
    """Link a script with its command; `flag` says which option keeps the command from failing, and what fake that is."""
    stops, stop_reason, stop_fake = item.stops, item.stop_reason, item.stop_fake
    if flag is not None and stops is not Tri.NO:
        stops, (stop_reason, stop_fake) = Tri.NO, flag
    context.edge(
        parent,
        node,
        where.path,
        where.line,
        # What a running script decides (`if`, `&&`, `case`) is a branch of code, not of configuration: it counts as run.
        possible=Tri.NO if item.possible is Tri.NO else Tri.YES,
        reason=item.reason if item.possible is Tri.NO else "",
        fake=item.fake if item.possible is Tri.NO else "",
        stops=stops,
        stop_reason=stop_reason,
        stop_fake=stop_fake,
    )


def _place(context: Context, node: int, item: Executed, text: str, where: _Where) -> None:
    """Note what a command means, without the wrappers around it and with them."""
    attrs = {"folder": where.folder, "outputs": " ".join(item.command.outputs)}
    if item.note:
        attrs["note"] = item.note
    context.place("command", text, where.path, where.line, node, attrs)
    whole = " ".join(item.command.words)
    if whole != text and context.signs.capabilities("command", whole, attrs):
        # A wrapper may mean something itself: `coverage run`, `accelerate launch`.
        context.place("command", whole, where.path, where.line, node, attrs)

"""Commands that Python code starts: `subprocess.run([...])`, `os.system("...")`, `c.run("...")`."""

from __future__ import annotations

import ast
import shlex

from mlops.domain.python import Call
from mlops.graph.commands.programs import PROGRAMS
from mlops.graph.context import Context
from mlops.graph.rendered import unquoted
from mlops.graph.scripts import run_text

#: Functions that run a command, and whether its failure raises without being asked to.
_LAUNCHERS = {
    "subprocess.run": False,
    "subprocess.call": False,
    "subprocess.check_call": True,
    "subprocess.check_output": True,
    "subprocess.Popen": False,
    "subprocess.getoutput": False,
    "os.system": False,
    "os.popen": False,
    "os.execvp": True,
    "sh.Command": True,
    "plumbum.local": True,
    "fabric.Connection.run": True,
    "invoke.run": True,
    "asyncio.create_subprocess_shell": False,
    "asyncio.create_subprocess_exec": False,
}
#: Words that first-party helpers around a launcher are given; without one a list of texts is just data.
_PROGRAMS = PROGRAMS | {
    "docker", "podman", "kubectl", "helm", "gcloud", "az", "aws", "terraform", "tofu", "dvc", "mlflow",
    "python3", "pytest", "git", "gsutil", "databricks", "make", "ansible-playbook", "kustomize", "argocd",
    "argo", "flyctl", "bentoml", "twine", "uv", "pip", "poetry", "sam", "cdk", "pulumi", "ssh", "curl",
    "prefect", "dagster", "airflow", "kedro", "zenml", "sls", "serverless", "heroku", "ray", "cosign", "trivy",
}  # fmt: skip


def add_launches(context: Context) -> None:
    """Add the commands of all Python files below the functions that start them."""
    helpers = _helpers(context)
    for path, file in context.python.modules.files.items():
        for index, call in enumerate(file.facts.calls):
            text = _command(context, path, index, call, helpers)
            if text:
                _run(context, path, call, text, checked=_checked(context, path, index, call, helpers))


def _helpers(context: Context) -> dict[tuple[str, int], bool]:
    """Return first-party functions that run a command which they are given: whether its failure raises."""
    found: dict[tuple[str, int], bool] = {}
    for path, file in context.python.modules.files.items():
        for call in file.facts.calls:
            if (
                call.name in _LAUNCHERS
                and call.scope >= 0
                and call.args
                and not call.args[0].startswith(("'", "[", '"'))
            ):
                raises = (
                    _LAUNCHERS[call.name]
                    or call.keyword("check") == "True"
                    or _looks_at_status(context, path, call)
                )
                found[(path, call.scope)] = raises
    return found


def _looks_at_status(context: Context, path: str, call: Call) -> bool:
    """Tell whether the function compares the return code and raises or exits."""
    return any(
        check.scope == call.scope and "returncode" in check.names and (check.body.raises or check.body.exits)
        for check in context.python.modules.files[path].facts.checks
    )


def _command(
    context: Context, path: str, index: int, call: Call, helpers: dict[tuple[str, int], bool]
) -> str:
    if not call.args:
        return ""
    if call.name in _LAUNCHERS or call.name.rpartition(".")[2] in {"check_call", "check_output"}:
        return _text(call.args[0])
    symbol = context.python.meanings.get((path, index))
    if symbol is not None and symbol.kind == "function" and (symbol.path, symbol.index) in helpers:
        text = _text(call.args[0])
        return text if text.split(" ")[0] in _PROGRAMS else ""
    return ""


def _text(argument: str) -> str:
    """Return a rendered list or string as shell text; holes stay as `{}`, which no command name has."""
    if argument.startswith("["):
        try:
            words = ast.literal_eval(argument)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            # Cut at the limit: the leading words are whole.
            words = [unquoted(part.strip()) for part in argument[1:].split(",")[:-1]]
        words = [str(word) for word in words]
        if words and words[0] == "{}":
            words[0] = "python"
        return shlex.join(words) if words and "{" not in words[0] else ""
    return unquoted(argument) if argument.startswith(("'", '"')) else ""


def _checked(
    context: Context, path: str, index: int, call: Call, helpers: dict[tuple[str, int], bool]
) -> bool:
    if call.name in _LAUNCHERS:
        return (
            _LAUNCHERS[call.name] or call.keyword("check") == "True" or _looks_at_status(context, path, call)
        )
    symbol = context.python.meanings.get((path, index))
    return symbol is not None and helpers.get((symbol.path, symbol.index), True)


def _run(context: Context, path: str, call: Call, text: str, *, checked: bool) -> None:
    node = context.python.node_of(path, call.scope)
    folder = unquoted(call.keyword("cwd") or "")
    folder = "" if folder.startswith(("?", ":")) or "{" in folder else folder
    script = run_text(context, text, path, call.line, folder, errexit=checked)
    swallowed = call.swallowed or not checked
    reason = "an enclosing try swallows it" if call.swallowed else "its exit status is not looked at"
    context.edge_dead(
        node,
        script,
        path,
        call.line,
        live=call.live,
        stops=not swallowed,
        stop_reason=reason if swallowed else "",
        stop_fake="F15" if call.swallowed else "F16" if swallowed else "",
    )

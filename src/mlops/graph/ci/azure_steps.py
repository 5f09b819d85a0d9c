"""Azure steps: scripts, tasks that carry a script, and other tasks."""

from __future__ import annotations

import re
from collections.abc import Mapping

from mlops.domain.document import Document, Map, Scalar, entries_of, text_of
from mlops.domain.logic import Tri
from mlops.domain.pipeline import Condition, Step
from mlops.domain.record import dataclass, replace
from mlops.graph.ci.azure_conditions import Variables
from mlops.graph.ci.azure_templates import Placed, truth_word

_SHELLS = ("script", "bash", "pwsh", "powershell")
_PLAIN = ("checkout", "download", "downloadBuild", "publish", "getPackage", "reviewApp")
STEP_KEYS = frozenset({*_SHELLS, *_PLAIN, "task", "template"})
#: Keys that a step may have beside the one that says what it does.
STEP_FIELDS = STEP_KEYS | {
    *("artifact", "clean", "condition", "continueOnError", "displayName", "enabled", "env", "errorActionPreference"),
    *("failOnStderr", "fetchDepth", "fetchTags", "fetchFilter", "ignoreLASTEXITCODE", "informationPreference"),
    *("inputs", "lfs", "name", "parameters", "path", "patterns", "persistCredentials", "progressPreference"),
    *("retryCountOnTaskFailure", "submodules", "target", "timeoutInMinutes", "verbosePreference"),
    *("warningPreference", "debugPreference", "workingDirectory", "workspaceRepo", "type", "root", "sparseCheckout"),
    *("sparseCheckoutDirectories", "sparseCheckoutPatterns"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Carrier:
    """How a task carries a script: which input chooses, and where text, file and arguments stand."""

    choice: str
    inline: str
    file: str
    arguments: str
    runner: str
    #: The choice when none is made.
    default: str = "file"


_AZURE_CLI = _Carrier("scriptlocation", "inlinescript", "scriptpath", "arguments", "bash")
_CARRIERS: Mapping[str, _Carrier] = {
    "azurecli": _AZURE_CLI,
    "bash": _Carrier("targettype", "script", "filepath", "arguments", "bash"),
    "shellscript": _Carrier("", "", "scriptpath", "args", "bash"),
    "batchscript": _Carrier("", "", "filename", "arguments", "cmd"),
    "cmdline": _Carrier("", "script", "", "", "bash", "inline"),
    "powershell": _Carrier("targettype", "script", "filepath", "arguments", "pwsh"),
    "azurepowershell": _Carrier("scripttype", "inline", "scriptpath", "scriptarguments", "pwsh"),
    "pythonscript": _Carrier("scriptsource", "script", "scriptpath", "arguments", "python"),
}
_CLI_SHELLS = {"ps": "pwsh", "pscore": "pwsh", "batch": "cmd"}


def step_of(node: Document, variables: Variables, *, windows: bool, path: str) -> Step | None:
    """Return the step that an expanded list item describes, None where it describes none."""
    if not isinstance(node, Map):
        return None
    kind = next((key for key, _ in node.items if key.text in STEP_KEYS), None)
    if kind is None or kind.text == "template":
        return None
    base = _common(node, kind, variables, path)
    value = node.get(kind.text)
    if kind.text in _SHELLS and isinstance(value, Scalar):
        shell = {"pwsh": "pwsh", "powershell": "pwsh", "bash": "bash"}.get(
            kind.text, "cmd" if windows else "bash"
        )
        return _scripted(base, variables, value, shell)
    if kind.text == "task":
        return _task(base, node, text_of(value), variables, windows=windows)
    inputs = tuple((key.text, text_of(item)) for key, item in node.items if isinstance(item, Scalar))
    return replace(base, uses=kind.text, inputs=inputs)


def _common(node: Map, kind: Scalar, variables: Variables, path: str) -> Step:
    verdict = variables.verdict(node.get("condition"), "step")
    condition = (node.guard if isinstance(node, Placed) else Condition()) & verdict.condition & _enabled(node)
    name = text_of(node.get("displayName")) or text_of(node.get("name"))
    if not name:
        lines = text_of(node.get(kind.text)).strip().splitlines()
        name = lines[0].strip() if lines else kind.text
    return Step(
        name=variables.written(name),
        path=node.path if isinstance(node, Placed) and node.path else path,
        line=kind.line,
        env=tuple((key.text, variables.written(text_of(item))) for key, item in entries_of(node.get("env"))),
        folder=variables.folder(text_of(node.get("workingDirectory"))),
        condition=condition,
        stops=variables.stops(node.get("continueOnError"), "step"),
        after_failure=verdict.after_failure,
        errexit=False,
    )


def _enabled(node: Map) -> Condition:
    enabled = node.get("enabled")
    if not isinstance(enabled, Scalar):
        return Condition()
    if truth_word(enabled.text) is False:
        return Condition(Tri.NO, "the step is disabled by `enabled: false`", "F6", enabled.line)
    if enabled.tag == "unknown":
        return Condition(
            Tri.UNKNOWN, f"`enabled: {enabled.text}` cannot be told from the files", "", enabled.line
        )
    return Condition()


def _scripted(step: Step, variables: Variables, text: Scalar, shell: str, uses: str = "") -> Step:
    line = text.line + 1 if text.block else text.line
    return replace(step, script=variables.shell_text(text.text), script_line=line, shell=shell, uses=uses)


def _task(step: Step, node: Map, task: str, variables: Variables, *, windows: bool) -> Step:
    written = {
        key.text.lower(): item for key, item in entries_of(node.get("inputs")) if isinstance(item, Scalar)
    }
    shown = tuple(
        (key.text, variables.written(text_of(item)))
        for key, item in entries_of(node.get("inputs"))
        if isinstance(item, Scalar)
    )
    folder = next(
        (text_of(written[key]) for key in ("workingdirectory", "cwd", "workingfolder") if key in written), ""
    )
    step = replace(step, uses=task, inputs=shown, folder=variables.folder(folder) or step.folder)
    name = task.partition("@")[0].rpartition(".")[2].lower()
    carrier = _CARRIERS.get(name)
    if carrier is None:
        if "inlinescript" not in written:
            return step
        carrier = _AZURE_CLI
    shell = _shell(carrier, name, written, windows=windows)
    inline = written.get(carrier.inline)
    if inline is not None and _is_inline(carrier, written):
        return _scripted(step, variables, inline, shell, task)
    file = written.get(carrier.file)
    if file is None:
        return step
    arguments = written.get(carrier.arguments) or written.get("args")
    tail = re.sub(r"\s*\\?\s*\n\s*", " ", text_of(arguments)).strip()
    command = f"{shell if shell != 'cmd' else ''} {variables.folder(file.text)} {tail}"
    outer = shell if shell != "python" else "bash"
    return replace(step, script=variables.shell_text(command).strip(), script_line=file.line, shell=outer)


def _is_inline(carrier: _Carrier, written: Mapping[str, Scalar]) -> bool:
    choice = text_of(written.get(carrier.choice)).lower() or carrier.default
    if choice == "file" and carrier.file not in written:
        return True
    return choice.startswith("inline")


def _shell(carrier: _Carrier, name: str, written: Mapping[str, Scalar], *, windows: bool) -> str:
    if carrier is _AZURE_CLI:
        return _CLI_SHELLS.get(text_of(written.get("scripttype")).lower(), "bash")
    return "cmd" if name == "cmdline" and windows else carrier.runner

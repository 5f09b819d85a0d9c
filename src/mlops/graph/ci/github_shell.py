"""The shells of GitHub steps and the options with which the runner starts them."""

from __future__ import annotations

import shlex

from mlops.domain.record import dataclass


@dataclass(frozen=True, slots=True)
class Shell:
    """A shell; `errexit` and `pipefail` as the runner sets them."""

    name: str = "bash"
    errexit: bool = True
    pipefail: bool = False


#: PowerShell and cmd go on after a failing program: the last exit code counts.
_NAMED = {
    "": Shell(),
    "bash": Shell("bash", errexit=True, pipefail=True),
    "sh": Shell("sh"),
    "pwsh": Shell("pwsh", errexit=False),
    "powershell": Shell("pwsh", errexit=False),
    "cmd": Shell("cmd", errexit=False),
    "python": Shell("python"),
}
_SHELLS = frozenset({"bash", "sh", "zsh", "dash", "ash", "ksh"})


def read(written: str, *, windows: bool = False, container: bool = False) -> Shell:
    """Return the shell for a `shell:` as written, "" where there is none."""
    if not written and windows:
        return _NAMED["pwsh"]
    if not written and container:
        return _NAMED["sh"]
    if written.strip() in _NAMED:
        return _NAMED[written.strip()]
    if "${{" in written:
        return Shell()
    try:
        words = shlex.split(written)
    except ValueError:
        words = written.split()
    return _template(words)


def _template(words: list[str]) -> Shell:
    """Read a command with `{0}`: it has the options that it names and no others."""
    program = words[0].replace("\\", "/").rpartition("/")[2].removesuffix(".exe") if words else ""
    options = words[1:]
    if program == "env" and options:
        return _template([word for word in options if "=" not in word and not word.startswith("-")])
    if program in _SHELLS:
        errexit = any(
            (word.startswith("-") and not word.startswith("--") and "e" in word) or word == "errexit"
            for word in options
        )
        return Shell("sh" if program in {"dash", "ash"} else program, errexit, "pipefail" in options)
    if program.startswith("python"):
        return _NAMED["python"]
    if program in {"pwsh", "powershell", "cmd"}:
        return _NAMED[program]
    if program in {"Rscript", "perl", "node", "ruby", "julia"}:
        return Shell(program)
    return Shell("bash", errexit=False)

"""Git as a process, hardened: nothing of the repository is run and nobody is called."""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path

from mlops.errors import MlopsError

#: Seconds after which a git command that does not end is stopped.
TIMEOUT = 120.0

#: Programs, hooks, pagers and user settings of the repository or the user that must not take part.
_GIT = (
    "git",
    "--no-pager",
    "--no-replace-objects",
    "--literal-pathspecs",
    "-c", "core.fsmonitor=false",
    "-c", "core.hooksPath=/dev/null",
    "-c", "core.excludesFile=/dev/null",
    "-c", "core.attributesFile=/dev/null",
    "-c", "core.quotePath=false",
    "-c", "protocol.allow=never",
    "-c", "safe.directory=*",  # every repository is untrusted here, whoever owns it
)  # fmt: skip
_ENVIRONMENT = {
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_SYSTEM": "/dev/null",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_ATTR_NOSYSTEM": "1",
    "LC_ALL": "C",
}


def run(path: str, *arguments: str, index: str = "") -> subprocess.CompletedProcess[bytes]:
    """Run git in a folder; FileNotFoundError means that there is no git."""
    if not Path(path).is_dir():
        raise MlopsError(f"{path} is no folder: give the folder of a repository.")
    try:
        return subprocess.run(
            (*_GIT, *arguments),
            cwd=path,
            env=environment(index),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=TIMEOUT,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise MlopsError(
            f"git {arguments[0]} took over {TIMEOUT:.0f} s in {path}: run `git -C {quoted(path)} gc`."
        ) from error


def start(path: str, *arguments: str) -> subprocess.Popen[bytes]:
    """Start git in a folder with pipes to and from it."""
    try:
        return subprocess.Popen(
            (*_GIT, *arguments),
            cwd=path,
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except FileNotFoundError as error:
        raise no_git() from error


def ask(path: str, *arguments: str, index: str = "") -> bytes:
    """Run git and return what it prints; its failure is an error with its own words."""
    try:
        done = run(path, *arguments, index=index)
    except FileNotFoundError as error:
        raise no_git() from error
    if done.returncode:
        raise MlopsError(
            f"git {arguments[0]} failed in {path}: {said(done)}; see `git -C {quoted(path)} status`."
        )
    return done.stdout


def environment(index: str = "") -> dict[str, str]:
    """Return the environment without any GIT_ variable of the caller, with an index file where one is named."""
    kept = {name: value for name, value in os.environ.items() if not name.upper().startswith("GIT_")}
    return kept | _ENVIRONMENT | ({"GIT_INDEX_FILE": index} if index else {})


def no_git() -> MlopsError:
    """Say that git is missing."""
    return MlopsError("git is not installed or not on PATH: install it and see `git --version`.")


def quoted(path: str) -> str:
    """Quote a path for a shell and for printing."""
    return shlex.quote(path.encode("utf-8", "surrogateescape").decode("utf-8", "replace"))


def said(done: subprocess.CompletedProcess[bytes]) -> str:
    """Return the last line of what git complained about."""
    lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
    return lines[-1].removeprefix("fatal: ") if lines else f"exit code {done.returncode}"

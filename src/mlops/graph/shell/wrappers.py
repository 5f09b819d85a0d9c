"""Peel commands: wrappers that only run another command, ways to spell a tool, scripts inside commands."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from functools import lru_cache

from mlops.domain.regex import regex
from mlops.domain.rules import Wrapper

#: No honest command has more wrappers around it.
MAX_WRAPPERS = 12

_ASSIGNMENT = regex(r"[A-Za-z_]\w*=")
#: A variable that is empty or ends in a slash, before the name of a tool: `${PREFIX}ruff`.
_PREFIXED = regex(r"\$\{\w+\}([A-Za-z][\w.-]*)$")
_VARIABLE = regex(r"\$[({]?([A-Za-z_]\w*)[)}]?$")
_TOOL_PATH = regex(
    r"(?:.*/)?(?:\.?v?env[\w.-]*/(?:bin|Scripts)|node_modules/\.bin|\.tox/[^/]+/bin|\$[({]?\w+[)}]?(?:/bin|/Scripts)?)/([^/]+)$"
    r"|(?:/|~/)(?:[^/]+/)*(?:bin|Scripts)/([^/]+)$"
)
_PYTHON = regex(r"(?:python|pypy)(?:\d+(?:\.\d+)*t?)?$")
_PIP = regex(r"pip\d(?:\.\d+)*$")
_VARIABLE_TOOLS = {
    "python": "python", "python3": "python", "py": "python", "pyexec": "python", "python_bin": "python", "interpreter": "python",
    "python_interpreter": "python", "venv_python": "python", "pythonpath_bin": "python", "pip": "pip", "pip3": "pip", "make": "make",
    "pytest": "pytest", "uv": "uv", "poetry": "poetry", "ruff": "ruff", "mypy": "mypy", "black": "black", "docker": "docker",
    "kubectl": "kubectl", "helm": "helm", "terraform": "terraform", "dvc": "dvc", "tox": "tox", "nox": "nox", "npm": "npm",
    "conda": "conda", "pipenv": "pipenv", "pdm": "pdm", "hatch": "hatch", "docker_compose": "docker-compose", "compose": "docker-compose",
}  # fmt: skip
#: Options of python that take a value.
_PYTHON_VALUED = frozenset({"-W", "-X", "--check-hash-based-pycs"})

_SHELLS = frozenset({"bash", "sh", "zsh", "dash", "ash", "ksh"})
_CONTAINER_FLAGS = frozenset(
    {
        "--rm", "-d", "--detach", "-i", "--interactive", "-t", "--tty", "-it", "-ti", "--init", "--privileged", "-P",
        "--publish-all", "--read-only", "--no-healthcheck", "--no-deps", "-T", "--no-TTY", "--service-ports", "--build",
        "--quiet", "-q", "--use-aliases", "--remove-orphans", "--quiet-pull", "-itd", "-dit", "-dt", "-id", "--sig-proxy",
    }
)  # fmt: skip
_XARGS_VALUED = frozenset(
    {"-n", "-P", "-I", "-L", "-d", "-a", "-s", "-E", "--max-args", "--max-procs", "--delimiter", "--arg-file"}
)
_SSH_VALUED = frozenset(f"-{letter}" for letter in "bcDEeFIiJLlmOopQRSWw")
_PARALLEL_VALUED = frozenset(
    {"-j", "--jobs", "-a", "--arg-file", "--colsep", "-n", "-N", "--timeout", "--delay", "--joblog"}
)


def unwrap(words: Sequence[str], wrappers: Sequence[Wrapper]) -> tuple[str, ...]:
    """Strip wrappers (`uv run`, `env X=1`, `timeout 10`) from the front of a command, however many there are."""
    words = tuple(words)
    for _ in range(MAX_WRAPPERS):
        while words and _ASSIGNMENT.match(words[0]):
            words = words[1:]
        plain = tool_words(words)
        head = plain[0] if plain else ""
        fitting = (wrapper for wrapper in wrappers if wrapper.words[0] == head)
        inner = next((found for wrapper in fitting if (found := _strip(plain, wrapper))), None)
        if inner is None:
            break
        words = inner
    return words


def _strip(words: tuple[str, ...], wrapper: Wrapper) -> tuple[str, ...] | None:
    """Return the command behind one wrapper, or None where it is not this wrapper or wraps nothing."""
    if not words or words[0] != wrapper.words[0]:
        return None
    at = 1
    for name in wrapper.words[1:]:
        at = _skip_options(words, at, wrapper)
        if at >= len(words) or words[at] != name:
            return None
        at += 1
    skip = wrapper.skip
    while at < len(words):
        word = words[at]
        if word in {"-m", "--module"} and word not in wrapper.valued:
            return ("python", "-m", *words[at + 1 :]) if at + 1 < len(words) else None
        if word == "--":
            at += 1
        elif word.startswith("-") and len(word) > 1:
            at = _skip_options(words, at, wrapper, one=True)
        elif _ASSIGNMENT.match(word):
            at += 1
        elif skip:
            skip -= 1
            at += 1
        else:
            return words[at:]
    return None


def _skip_options(words: Sequence[str], at: int, wrapper: Wrapper, *, one: bool = False) -> int:
    while at < len(words) and words[at].startswith("-") and len(words[at]) > 1:
        at += 2 if words[at] in wrapper.valued else 1
        if one:
            break
    return at


def tool_words(words: Sequence[str]) -> tuple[str, ...]:
    """Name the tool that a command starts: `.venv/bin/pytest` and `$(PYTHON) -m pytest` are `pytest`.

    A script file in Python gives `python FILE`.
    """
    if not words:
        return ()
    name = _tool_name(words[0])
    rest = tuple(words[1:])
    if name == "poetry" and rest[:1] == ("poe",):
        return rest  # Poe the Poet as a plugin of Poetry
    if name != "python":
        return ("python", name, *rest) if name.endswith(".py") else (name, *rest)
    at = 0
    while at < len(rest) and rest[at].startswith("-") and len(rest[at]) > 1:
        if rest[at] == "-m" or (rest[at][-1:] == "m" and re.fullmatch(r"-[BEIOPSbdqsuvx]*m", rest[at])):
            return tool_words(rest[at + 1 :]) if at + 1 < len(rest) else (name, *rest)
        if rest[at] == "-c" or rest[at].startswith("--"):
            break
        at += 2 if rest[at] in _PYTHON_VALUED else 1
    return (name, *rest[at:])


@lru_cache(maxsize=4096)
def _tool_name(word: str) -> str:
    word = word.strip().lstrip("@")
    variable = _VARIABLE.match(word)
    if variable:
        return _VARIABLE_TOOLS.get(variable[1].lower(), word)
    path = _TOOL_PATH.match(word.replace("\\", "/")) or _PREFIXED.match(word)
    name = next(group for group in path.groups() if group) if path else word
    name = name.removesuffix(".exe")
    if _PYTHON.match(name) or name == "py":
        return "python"
    return "pip" if _PIP.match(name) else name


def inner_script(words: Sequence[str]) -> str | None:
    """Return the script that a command runs in a shell, container or host of its own, or None."""
    words = tuple(words)
    if not words:
        return None
    name = _tool_name(words[0]).rsplit("/", 1)[-1]
    if name in _SHELLS or name == "su":
        return _after_c(words)
    if name in {"docker", "podman", "nerdctl", "docker-compose"}:
        return _in_container(name, words[1:])
    if name == "eval":
        return " ".join(words[1:]) or None
    if name in {"kubectl", "oc", "direnv", "heroku"}:
        return _after_dashes(words) if {"exec", "run"} & set(words[1:4]) else None
    if name == "ssh":
        return " ".join(_behind_options(words[1:], _SSH_VALUED)[1:]) or None
    if name == "xargs":
        return _joined(_behind_options(words[1:], _XARGS_VALUED))
    if name == "parallel":
        inner = _behind_options(words[1:], _PARALLEL_VALUED)
        return _joined(
            inner[: next((i for i, word in enumerate(inner) if word.startswith(":::")), len(inner))]
        )
    if name in {"singularity", "apptainer"} and words[1:2] == ("exec",):
        return _joined(_behind_options(words[2:], frozenset({"-B", "--bind", "--env", "--pwd"}))[1:])
    if name == "nix-shell":
        return next(
            (words[i + 1] for i, word in enumerate(words[:-1]) if word in {"--run", "--command"}), None
        )
    if name == "nix":
        return next(
            (_joined(words[i + 1 :]) for i, word in enumerate(words) if word in {"-c", "--command"}), None
        )
    return None


def _joined(words: Sequence[str]) -> str | None:
    return shlex.join(words) if words else None


def _after_c(words: tuple[str, ...]) -> str | None:
    """Return the text behind `-c`, `-lc`, `-o pipefail -c`."""
    for at, word in enumerate(words[1:-1], 1):
        if re.fullmatch(r"-[a-zA-Z]*c", word):
            return next((text for text in words[at + 1 :] if not text.startswith("-")), None)
    return None


def _after_dashes(words: tuple[str, ...]) -> str | None:
    return _joined(words[words.index("--") + 1 :]) if "--" in words else None


def _behind_options(words: tuple[str, ...], valued: frozenset[str]) -> tuple[str, ...]:
    at = 0
    while at < len(words) and words[at].startswith("-") and len(words[at]) > 1:
        if words[at] == "--":
            return words[at + 1 :]
        at += 2 if words[at] in valued else 1
    return words[at:]


def _in_container(name: str, words: tuple[str, ...]) -> str | None:
    """Return what `docker run IMAGE CMD`, `docker exec`, `docker compose run SERVICE CMD` run inside."""
    verbs = [i for i, word in enumerate(words) if word in {"run", "exec"}]
    if not verbs or ("compose" not in words[: verbs[0]] and name != "docker-compose" and verbs[0] > 2):
        return None
    entrypoint: tuple[str, ...] = ()
    at = verbs[0] + 1
    while at < len(words) and words[at].startswith("-"):
        option, equals, value = words[at].partition("=")
        if option == "--entrypoint":
            text = value if equals else (*words, "")[at + 1]
            entrypoint = tuple(text.split())
        at += 1 if equals or option in _CONTAINER_FLAGS else 2
    return _joined((*entrypoint, *words[at + 1 :])) if at < len(words) else None

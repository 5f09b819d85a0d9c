"""Dockerfiles: instructions, images, what the image's build runs and what its container runs."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator

from mlops.domain.diagnostic import Problem
from mlops.domain.facts import Fact, FileFacts, Target
from mlops.domain.record import dataclass, field
from mlops.domain.regex import regex
from mlops.facts.decode import text as decoded
from mlops.facts.tasks.lines import at_lines, own_shell

_HEREDOC = regex(r"<<(-?)\s*(['\"]?)(\w+)\2")
_VARIABLE = regex(r"\$(?:\{(\w+)(?::?-([^}]*))?\}|(\w+))")
_FLAG = regex(r"--[\w-]+(?:=\S+)?\s+")
_WORDS = frozenset(
    [
        "FROM",
        "RUN",
        "CMD",
        "LABEL",
        "MAINTAINER",
        "EXPOSE",
        "ENV",
        "ADD",
        "COPY",
        "ENTRYPOINT",
        "VOLUME",
        "USER",
        "WORKDIR",
        "ARG",
        "ONBUILD",
        "STOPSIGNAL",
        "HEALTHCHECK",
        "SHELL",
    ]
)


def matches(path: str) -> bool:
    """Tell whether a path names a Dockerfile or Containerfile."""
    name = path.rsplit("/", 1)[-1].lower()
    return (
        name in {"dockerfile", "containerfile"}
        or name.startswith(("dockerfile.", "containerfile."))
        or name.endswith((".dockerfile", ".containerfile", "-dockerfile"))
    )


@dataclass(slots=True)
class _Stage:
    name: str
    line: int
    parent: str
    workdir: str = ""
    entrypoint: tuple[str, int, bool] = ("", 0, True)
    command: tuple[str, int, bool] = ("", 0, True)
    pipefail: bool = False
    errexit: bool = False
    runs: list[tuple[int, str]] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    needs: list[str] = field(default_factory=list)
    expose: list[str] = field(default_factory=list)
    healthcheck: str = ""


def read(source: bytes) -> FileFacts:
    """Read a Dockerfile."""
    text, problem = decoded(source)
    build = _Build()
    problems = [problem] if problem else []
    for line, word, rest in _instructions(text):
        if word in _WORDS:
            build.take(line, word, rest)
        else:
            problems.append(Problem(line, f"no Dockerfile instruction: {word[:40]}"))
    return FileFacts("dockerfile", tuple(build.facts), tuple(build.targets()), tuple(problems))


def _instructions(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield line, instruction and text, with continuations joined by backslash and newline, and heredocs kept."""
    escape = "`" if re.match(r"\s*#\s*escape\s*=\s*`", text) else "\\"
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        start, bare = at, lines[at].strip()
        at += 1
        if not bare or bare.startswith("#"):
            continue
        parts = [bare]
        while parts[-1].rstrip().endswith(escape) and at < len(lines):
            following = lines[at]
            at += 1
            # Comments and blank lines inside a continued instruction are skipped, their place is kept.
            parts.append(
                escape if not following.strip() or following.strip().startswith("#") else following.rstrip()
            )
        for found in _HEREDOC.findall("\n".join(parts)) if bare[:3].upper() in {"RUN", "COP", "ADD"} else []:
            while at < len(lines):
                parts.append(lines[at])
                at += 1
                if parts[-1].strip() == found[2]:
                    break
        word, _, rest = "\n".join(parts).partition(" ")
        yield (
            start + 1,
            word.strip("\n\\").upper(),
            rest.strip() if escape == "\\" else rest.replace("`\n", "\\\n").strip(),
        )


@dataclass(slots=True)
class _Build:
    facts: list[Fact] = field(default_factory=list)
    stages: list[_Stage] = field(default_factory=list)
    arguments: dict[str, str] = field(default_factory=dict)

    def take(self, line: int, word: str, rest: str) -> None:
        """Take one instruction."""
        handler = getattr(self, f"_{word.lower()}", None)
        if word == "FROM":
            self._from(line, rest)
        elif handler is not None and (self.stages or word == "ARG"):
            handler(line, rest)
        stage = self.stages[-1].name if self.stages else ""
        flat = " ".join(re.sub(r"\\\n", " ", rest).split())
        self.facts.append(Fact("instruction", word, line, {"text": flat[:500], "stage": stage}))

    def _from(self, line: int, rest: str) -> None:
        words = self._fill(" ".join(word for word in rest.split() if not word.startswith("--"))).split()
        if not words:
            return
        image = words[0]
        name = words[2] if len(words) > 2 and words[1].upper() == "AS" else str(len(self.stages))
        parent = next((stage for stage in self.stages if stage.name.lower() == image.lower()), None)
        stage = _Stage(name, line, parent.name if parent else "")
        if parent is None:
            self.facts.append(Fact("image", image, line, {"use": "from"}))
        else:
            stage.workdir, stage.entrypoint, stage.command = parent.workdir, parent.entrypoint, parent.command
            stage.needs.append(parent.name)
        self.stages.append(stage)

    def _fill(self, text: str) -> str:
        def value(match: re.Match[str]) -> str:
            return self.arguments.get(match[1] or match[3]) or match[2] or match[0]

        return _VARIABLE.sub(value, text)

    def _arg(self, line: int, rest: str) -> None:
        for word in _pairs(rest):
            name, equals, value = word.partition("=")
            if equals:
                self.arguments[name] = value
                self.facts.append(Fact("setting", f"{name}={value}", line))

    def _env(self, line: int, rest: str) -> None:
        if "=" not in rest.split(None, 1)[0]:
            name, _, value = rest.partition(" ")
            self.facts.append(Fact("setting", f"{name}={value.strip()}", line))
            return
        self.facts += [Fact("setting", word, line) for word in _pairs(rest) if "=" in word]

    def _run(self, line: int, rest: str) -> None:
        stage = self.stages[-1]
        while flag := _FLAG.match(rest):
            rest = rest[flag.end() :].removeprefix("\\\n").lstrip()
        heredoc = _HEREDOC.match(rest)
        if heredoc:
            head, _, body = rest.partition("\n")
            text = body.rsplit("\n", 1)[0] if "\n" in body else ""
            command = (head[: heredoc.start()] + head[heredoc.end() :]).strip()
            strict = "" if stage.errexit else "set +e\n"
            # The text stands on the lines that follow the instruction's own.
            stage.runs.append((line, f"{command} {rest}" if command else f"({strict or chr(10)}{text})"))
            return
        words = _exec_form(rest)
        text = shlex.join(words) if words is not None else rest
        stage.runs.append((line, text if words is not None else own_shell(text, errexit=stage.errexit)))

    def _copy(self, _line: int, rest: str) -> None:
        stage = self.stages[-1]
        flags = [word for word in rest.split() if word.startswith("--")]
        origin = next((flag.partition("=")[2] for flag in flags if flag.startswith("--from=")), "")
        if origin:
            if any(other.name == origin for other in self.stages):
                stage.needs.append(origin)
            return
        rest = _FLAG.sub("", re.sub(r"\\\n", " ", rest))
        words = _exec_form(rest) or rest.split("<<", 1)[0].split()
        stage.sources += [word for word in words[:-1] if "://" not in word]

    _add = _copy

    def _workdir(self, _line: int, rest: str) -> None:
        stage = self.stages[-1]
        path = self._fill(rest.strip().strip("\"'"))
        stage.workdir = (
            path if path.startswith("/") or not stage.workdir else f"{stage.workdir.rstrip('/')}/{path}"
        )

    def _entrypoint(self, line: int, rest: str) -> None:
        self.stages[-1].entrypoint = _command(line, rest)
        self.stages[-1].command = ("", 0, True)

    def _cmd(self, line: int, rest: str) -> None:
        self.stages[-1].command = _command(line, rest)

    def _shell(self, _line: int, rest: str) -> None:
        words = _exec_form(rest) or []
        self.stages[-1].pipefail = any("pipefail" in word for word in words)
        self.stages[-1].errexit = any(re.fullmatch(r"-[a-z]*e[a-z]*", word) for word in words)

    def _expose(self, _line: int, rest: str) -> None:
        self.stages[-1].expose += rest.split()

    def _healthcheck(self, _line: int, rest: str) -> None:
        self.stages[-1].healthcheck = (
            "" if rest.strip().upper() == "NONE" else " ".join(rest.replace("\\\n", " ").split())
        )

    def targets(self) -> Iterator[Target]:
        """Yield what each stage builds and runs; the last stage is the image."""
        for stage in self.stages:
            final = stage is self.stages[-1]
            attrs = {"stage": stage.name, "workdir": stage.workdir, "final": "yes" if final else ""}
            script, line = at_lines(stage.runs)
            yield Target(
                "image-build", stage.name, stage.line, script, line or stage.line, needs=tuple(dict.fromkeys(stage.needs)),
                pipefail=stage.pipefail, attrs=_present(attrs), inputs=tuple(stage.sources),
            )  # fmt: skip
            entry, command = stage.entrypoint, stage.command
            if not entry[0] and not command[0]:
                continue
            parts = [entry[0]] if entry[0] and not entry[2] else [entry[0], command[0]]
            attrs |= {
                "entrypoint": entry[0],
                "cmd": command[0],
                "expose": " ".join(stage.expose),
                "healthcheck": stage.healthcheck,
            }
            yield Target(
                "container", stage.name, entry[1] or command[1], " ".join(filter(None, parts)), entry[1] or command[1],
                errexit=False, attrs=_present(attrs), inputs=tuple(stage.sources),
            )  # fmt: skip


def _present(attrs: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in attrs.items() if value}


def _pairs(text: str) -> list[str]:
    try:
        return shlex.split(text.replace("\\\n", " "))
    except ValueError:
        return text.split()


def _exec_form(text: str) -> list[str] | None:
    """Return the words of `["cmd", "arg"]`, None for the shell form."""
    text = re.sub(r"\\\n", " ", text).strip()
    if not text.startswith("["):
        return None
    try:
        words = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return [str(word) for word in words] if isinstance(words, list) else None


def _command(line: int, rest: str) -> tuple[str, int, bool]:
    words = _exec_form(rest)
    return (shlex.join(words), line, True) if words is not None else (rest, line, False)

"""Makefiles: targets, what they need, and their recipes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mlops.domain.facts import Fact, FileFacts, Target
from mlops.domain.record import dataclass, field
from mlops.domain.regex import regex
from mlops.facts.decode import text as decoded
from mlops.facts.tasks.lines import at_lines, own_shell

MAX_TARGETS = 2_000
MAX_EXPANDED = 20_000
MAX_DEPTH = 8

_NAMES = frozenset({"Makefile", "makefile", "GNUmakefile"})
_ASSIGN = regex(
    r"(?:export\s+|override\s+|private\s+)*([A-Za-z_.][\w.-]*)\s*(::=|:=|\?=|\+=|!=|=)\s*(.*)", re.DOTALL
)
_RULE = regex(r"([^\s:=#][^:=#]*?)\s*(::?)(?!=)\s*(.*)", re.DOTALL)
_DIRECTIVE = regex(r"(?:ifeq|ifneq|ifdef|ifndef|else|endif|export|unexport|vpath|undefine)\b")
_REFERENCE = regex(r"\$(?:\(([\w.-]+)\)|\{([\w.-]+)\}|(\$)|([@<^*?]))")
_CONTINUED = regex(r"\\\r?$")


def matches(path: str) -> bool:
    """Tell whether a path names a makefile."""
    name = path.rsplit("/", 1)[-1]
    return name in _NAMES or name.endswith((".mk", ".make")) or name.startswith("Makefile.")


def read(source: bytes) -> FileFacts:
    """Read a makefile."""
    makefile = _Makefile()
    for number, text in _logical(decoded(source)[0]):
        makefile.take(number, text)
    return FileFacts("make", tuple(makefile.facts), tuple(makefile.targets()))


def _logical(text: str) -> Iterator[tuple[int, str]]:
    """Yield lines with their continuations, each with the number of its first line."""
    pending: list[str] = []
    start = 1
    for number, line in enumerate(text.split("\n"), 1):
        if not pending:
            start = number
        pending.append(line.rstrip("\r"))
        if _CONTINUED.search(line):
            continue
        yield start, "\n".join(pending)
        pending = []
    if pending:
        yield start, "\n".join(pending)


@dataclass(slots=True)
class _Rule:
    line: int
    needs: list[str] = field(default_factory=list)
    recipe: list[tuple[int, str]] = field(default_factory=list)


@dataclass(slots=True)
class _Makefile:
    variables: dict[str, str] = field(default_factory=dict)
    rules: dict[str, _Rule] = field(default_factory=dict)
    facts: list[Fact] = field(default_factory=list)
    current: list[_Rule] = field(default_factory=list)
    defining: str = ""

    def take(self, number: int, text: str) -> None:
        """Take one logical line."""
        if self.defining:
            self._define(text)
            return
        prefix = self.variables.get(".RECIPEPREFIX", "\t")[:1] or "\t"
        if text.startswith(prefix) and self.current:
            for rule in self.current:
                rule.recipe.append((number, text[1:].replace(f"\n{prefix}", "\n")))
            return
        bare = text.strip()
        if not bare or bare.startswith("#"):
            return
        if bare.startswith("define "):
            self.defining = bare.split()[1]
            self.variables[self.defining] = ""
            return
        flat = " ".join(part.strip() for part in re.split(r"\\\n", bare))
        if re.match(r"[-s]?include\s", flat):
            names = self.expand(flat.split(None, 1)[1])
            self.facts.extend(Fact("include", f"make:{name}", number) for name in names.split())
        elif not self._assign(flat) and not _DIRECTIVE.match(flat):
            self._rule(number, flat)

    def _define(self, text: str) -> None:
        if text.strip() == "endef":
            self.defining = ""
        else:
            old = self.variables[self.defining]
            self.variables[self.defining] = f"{old}\n{text}" if old else text

    def _assign(self, text: str) -> bool:
        match = _ASSIGN.match(text)
        if match is None:
            return False
        name, operator, value = match.groups()
        value = re.sub(r"\s+#.*$", "", value).strip()
        self.current = []
        if operator == "+=":
            self.variables[name] = f"{self.variables.get(name, '')} {value}".strip()
        elif operator == "!=":
            self.variables.pop(name, None)
        elif operator != "?=" or name not in self.variables:
            self.variables[name] = self.expand(value) if operator in {":=", "::="} else value
        return True

    def _rule(self, number: int, text: str) -> None:
        match = _RULE.match(self.expand(text.split(";", 1)[0]) if "$" in text.split(":", 1)[0] else text)
        self.current = []
        if match is None:
            return
        names, rest = match[1].split(), match[3]
        needs, semicolon, command = rest.partition(";")
        if _ASSIGN.match(needs.strip()):  # a variable for this target
            return
        needs = re.sub(r"(?:^|\s)#.*$", "", self.expand(needs))
        needs = needs.rsplit(":", 1)[-1]  # `a.o: %.o: %.c`
        for name in names:
            if len(self.rules) >= MAX_TARGETS:
                return
            rule = self.rules.setdefault(name, _Rule(number))
            rule.needs += [need for need in needs.split() if need != "|"]
            if semicolon and command.strip():
                rule.recipe.append((number, command.strip()))
            self.current.append(rule)

    def expand(self, text: str, target: str = "", needs: tuple[str, ...] = (), depth: int = 0) -> str:
        """Put in the variables whose values are written in the file; the others stay as they are."""

        def value(match: re.Match[str]) -> str:
            name = match[1] or match[2]
            if match[3]:
                return "$$" if not target else "$"
            if match[4]:
                automatic = {"@": target, "<": next(iter(needs), ""), "^": " ".join(needs), "*": target}
                return automatic.get(match[4], "") if target else match[0]
            if name == "MAKE":
                return "make"
            found = self.variables.get(name)
            if found is None or depth > MAX_DEPTH or "$(shell" in found:
                return match[0]
            return self.expand(found, target, needs, depth + 1)

        return _REFERENCE.sub(value, text)[:MAX_EXPANDED]

    def targets(self) -> Iterator[Target]:
        """Yield the targets; special ones only set options."""
        flags = self.variables.get(".SHELLFLAGS", "")
        errexit = bool(re.search(r"(?:^|\s)-\w*e\w*\b|errexit", flags))
        ignore = self.rules.get(".IGNORE")
        ignored = set(ignore.needs) if ignore else set()
        all_ignored = bool(ignore and not ignore.needs) or bool(
            re.search(r"(?:^|\s)(?:-?\w*i\w*(?=\s|$)|--ignore-errors)", self.variables.get("MAKEFLAGS", ""))
        )
        phony = set(self.rules[".PHONY"].needs) if ".PHONY" in self.rules else set()
        goal = self.variables.get(".DEFAULT_GOAL", "").strip() or next(
            (name for name in self.rules if not name.startswith(".") and "%" not in name), ""
        )
        for name, rule in self.rules.items():
            if re.fullmatch(r"\.[A-Z_]+", name):
                continue
            needs = tuple(dict.fromkeys(rule.needs))
            script, line = self._script(name, rule, errexit=errexit)
            attrs = {key: "yes" for key, on in (("phony", name in phony), ("default", name == goal)) if on}
            oneshell = ".ONESHELL" in self.rules
            yield Target(
                "make", name, rule.line, script, line, needs=needs, errexit=errexit or not oneshell,
                pipefail="pipefail" in flags, stops=not (all_ignored or name in ignored), attrs=attrs,
            )  # fmt: skip

    def _script(self, name: str, rule: _Rule, *, errexit: bool) -> tuple[str, int]:
        parts: list[tuple[int, str]] = []
        oneshell = ".ONESHELL" in self.rules
        for number, text in rule.recipe:
            text = self.expand(text, name, tuple(rule.needs))  # noqa: PLW2901
            bare = text.lstrip(" \t@+-")
            prefix = text[: len(text) - len(bare)]
            ignored = "- in make" if "-" in prefix else ""
            if oneshell:
                parts.append((number, bare if not parts else text))
            else:
                parts.append((number, own_shell(bare, errexit=errexit, ignored=ignored)))
        return at_lines(parts)

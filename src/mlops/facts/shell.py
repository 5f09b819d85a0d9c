"""Read shell scripts: files, steps of CI, recipes of task files."""

from __future__ import annotations

import re

from mlops.domain.diagnostic import Problem
from mlops.domain.facts import FileFacts
from mlops.domain.regex import regex
from mlops.domain.shell import Command, Script, Sequence, Statement

#: What is longer is cut: generated installers, not what a CI runs.
MAX_BYTES = 400_000

_TEMPLATES = regex(
    rb"""\$\{\{.*?\}\}      # GitHub, and Azure's compile-time expressions
    | \$\[\[.*?\]\]         # GitLab inputs
    | \{\{.*?\}\}           # Jinja, just, Taskfile
    | \$\(([A-Za-z_][\w.-]*)\)  # Azure and make variables look like command substitutions
    """,
    re.VERBOSE | re.DOTALL,
)
_TAGS = regex(rb"\{%.*?%\}|\{\#.*?\#\}", re.DOTALL)
_FUNCTION = regex(rb"^[ \t]*(?:function[ \t]+)?([\w.-]+)[ \t]*(?:\(\)|(?=\{))", re.MULTILINE)

#: Words that mean themselves; everything else is left to the grammar.
_PLAIN = regex(r"""(?:[\w./:=@%+,\-\[\]~?*^]|'[^'\n]*'|"[^"$`\\\n]*")+""")
_PART = regex(r"""'([^'\n]*)'|"([^"$`\\\n]*)"|([^'"]+)""")
_QUOTED_WORD = regex(r"""(?:[^\s'"]|'[^']*'|"[^"]*"|['"])+""")
_GRAMMAR = frozenset(
    [
        "if",
        "then",
        "else",
        "elif",
        "fi",
        "for",
        "while",
        "until",
        "do",
        "done",
        "case",
        "esac",
        "select",
        "function",
        "in",
        "export",
        "declare",
        "local",
        "readonly",
        "typeset",
        "unset",
        "let",
        "coproc",
        "[[",
    ]
)
_ASSIGNMENT = regex(r"[A-Za-z_]\w*(?:\[[^\]]*\])?\+?=")

#: The grammar's scanner hands every character to C's isalpha(), which reads out of bounds beyond 255 and
#: can crash; words are cut from the source, so letters may stand for all that is not ASCII.
_ASCII = bytes(range(128)) + b"x" * 128

_SHELLS = frozenset({"bash", "sh", "dash", "zsh", "ksh", "ash"})


def matches(path: str) -> bool:
    """Tell whether a path names a shell script."""
    return path.endswith((".sh", ".bash", ".zsh", ".ksh"))


def has_shebang(source: bytes) -> bool:
    """Tell whether a file starts with the line that names a shell as its interpreter."""
    words = _shebang(source[:200].decode("utf-8", "replace"))
    return bool(words) and words[0] in _SHELLS


def read(source: bytes) -> FileFacts:
    """Read a shell script file."""
    script = parse(source.decode("utf-8", "replace"))
    problems = tuple(Problem(line, "the shell syntax cannot be read here") for line in script.broken)
    return FileFacts("shell", problems=problems, script=script)


def parse(text: str) -> Script:
    """Parse shell text; lines that cannot be read are listed and the statements around them are kept."""
    text = text.replace("\r\n", "\n").replace("\x00", "")
    body = _simple(text)
    if body is not None:
        return Script(body, _shebang(text))
    from mlops.facts.shell_tree import convert  # noqa: PLC0415 - tree-sitter is loaded only when needed

    source = text.encode("utf-8", "replace")
    broken: tuple[int, ...] = ()
    if len(source) > MAX_BYTES:
        source = source[: source.rfind(b"\n", 0, MAX_BYTES) + 1]
        broken = (source.count(b"\n") + 1,)
    body, unread = convert(_mask(source).translate(_ASCII), source)
    return Script(body, _shebang(text), (*unread, *broken))


def _simple(text: str) -> Sequence | None:
    """Parse text whose lines are plain commands or comments; None where any needs the grammar."""
    items: list[Statement] = []
    for number, line in enumerate(text.split("\n"), 1):
        bare = line.strip()
        if not bare or bare[0] == "#":
            continue
        words = _simple_words(bare)
        if words is None:
            return None
        items.append(Command(words, number))
    return Sequence(tuple(items), 1)


def _simple_words(line: str) -> tuple[str, ...] | None:
    quoted = "'" in line or '"' in line
    raw = _QUOTED_WORD.findall(line) if quoted else line.split()
    if not raw or not all(_PLAIN.fullmatch(word) for word in raw):
        return None
    if raw[0] in _GRAMMAR or _ASSIGNMENT.match(raw[0]):
        return None
    return tuple("".join(map("".join, _PART.findall(word))) for word in raw) if quoted else tuple(raw)


def _mask(source: bytes) -> bytes:
    """Put words of the same length where template expressions would break the grammar."""
    if not any(mark in source for mark in (b"{{", b"$(", b"$[[", b"{%", b"{#")):
        return source
    functions = {match[1] for match in _FUNCTION.finditer(source)} if b"$(" in source else set()

    def hide(match: re.Match[bytes]) -> bytes:
        if match[1] is not None and match[1] in functions:
            return match[0]
        return b"x" * len(match[0])

    masked = _TEMPLATES.sub(hide, source)
    if b"{%" not in masked and b"{#" not in masked:
        return masked
    # `${#list}` counts and is no comment of Jinja's.
    return _TAGS.sub(
        lambda match: match[0] if masked[match.start() - 1 : match.start()] == b"$" else _blank(match[0]),
        masked,
    )


def _blank(text: bytes) -> bytes:
    return re.sub(rb"[^\n]", b" ", text)


def _shebang(text: str) -> tuple[str, ...]:
    if not text.startswith("#!"):
        return ()
    words = text.split("\n", 1)[0][2:].split()
    if not words:
        return ()
    name = words[0].rsplit("/", 1)[-1]
    if name == "env":
        rest = [word for word in words[1:] if not word.startswith("-") and "=" not in word]
        return (rest[0].rsplit("/", 1)[-1], *words[words.index(rest[0]) + 1 :]) if rest else ()
    return (name, *words[1:])

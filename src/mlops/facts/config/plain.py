"""Files of lines: SQL, .env, crontabs and systemd units, Snakemake and Nextflow."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from itertools import islice

from mlops.domain.facts import Fact, Target
from mlops.domain.regex import regex
from mlops.facts.config.values import MAX_TEXT

_SQL_NOISE = regex(r"--[^\n]*|/\*.*?(?:\*/|\Z)|'(?:[^'\\]|\\.|'')*'|\{#.*?#\}", re.DOTALL)
_SQL_SPLIT = regex(r"[^;]+")
_CREATE = regex(
    r"CREATE\s+(?:OR\s+(?:REPLACE|ALTER)\s+)?(?:(?:TEMP|TEMPORARY|TRANSIENT|MATERIALIZED|EXTERNAL|SNOWFLAKE\.ML\.\w+|REMOTE|UNIQUE|LIVE|STREAMING|REFRESH)\s+)*"
    r"(?P<what>[A-Z_.]+)\s+(?:IF\s+NOT\s+EXISTS\s+)?(?P<name>[\w.`\"\[\]{}$-]+)?",
    re.IGNORECASE,
)
_VERB = regex(r"\s*(?:WITH\b.*?\)\s*(?=SELECT|INSERT|MERGE|UPDATE|DELETE))?(?P<verb>[A-Z]+)(?:\s+(?:INTO|OVERWRITE|FROM|TABLE)\b)*\s*(?P<name>[\w.`\"]+)?", re.IGNORECASE | re.DOTALL)  # fmt: skip
_SQL_ML = regex(r"\b((?:ML|AI)\.[A-Z_]+|PREDICT|[A-Z_]+!PREDICT)\s*\(", re.IGNORECASE)
_VERBS = {
    "SELECT", "INSERT", "MERGE", "UPDATE", "DELETE", "COPY", "EXPORT", "LOAD", "DROP", "ALTER", "TRUNCATE", "CALL", "GRANT",
    "OPTIMIZE", "VACUUM", "EXECUTE", "EXEC",
}  # fmt: skip
_MAX_STATEMENTS = 2000
_MAX_RULES = 1000
_MAX_LITERALS = 200

_ENV = regex(r"\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_.]*)\s*=\s*(.*?)\s*$")
_SECRET = regex(
    r"SECRET|TOKEN|PASSW|PWD|CREDENTIAL|PRIVATE|(?:API|ACCESS|ACCOUNT|STORAGE|_)_?KEY|CONNECTION_STRING|WEBHOOK|SAS",
    re.IGNORECASE,
)

_LOGIN = regex(r"://[^/\s@]+@")

_CRON = regex(r"\s*(@(?:yearly|annually|monthly|weekly|daily|midnight|hourly|reboot)|(?:[\d*/,\-A-Za-z?#L]+\s+){4}[\d*/,\-A-Za-z?#L]+)\s+(.+)$")  # fmt: skip

_RULE = regex(r"^(?:rule|checkpoint)\s+(\w+)\s*:", re.MULTILINE)
_SNAKE_SECTION = regex(r"^[ \t]+(\w+)\s*:(?!=)", re.MULTILINE)
_STRING = regex(
    r"#[^\n]*|[rfb]*(\"\"\"(?:[^\\]|\\.)*?\"\"\"|'''(?:[^\\]|\\.)*?'''|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*')",
    re.DOTALL,
)
_PROCESS = regex(r"^\s*process\s+(\w+)\s*\{", re.MULTILINE)
_TRIPLE = regex(r"(?:script|shell|stub)?\s*:?\s*(\"\"\"|''')(.*?)\1", re.DOTALL)
_RUNNERS = {
    ".py": "python",
    ".r": "Rscript",
    ".jl": "julia",
    ".sh": "bash",
    ".rmd": "Rscript",
    ".ipynb": "papermill",
}


def _line(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1


def sql(text: str) -> Iterator[Fact]:
    """Yield the statements of an SQL file by their verbs; `functions` are those of machine learning in them."""
    bare = _SQL_NOISE.sub(
        lambda match: (
            "''" + "\n" * match[0].count("\n") if match[0][0] == "'" else "\n" * match[0].count("\n")
        ),
        text,
    )
    for count, part in enumerate(_SQL_SPLIT.finditer(bare)):
        if count >= _MAX_STATEMENTS:
            return
        statement = part[0]
        start = part.start() + len(statement) - len(statement.lstrip())
        statement = statement.strip()
        functions = ", ".join(dict.fromkeys(name.upper() for name in _SQL_ML.findall(statement)))
        attrs = {"functions": functions} if functions else {}
        create = _CREATE.match(statement)
        verb = _VERB.match(statement[:5000])
        if create:
            name = (create["name"] or "").strip('`"[]')[:MAX_TEXT]
            yield Fact(
                "statement", f"CREATE {create['what'].upper()}", _line(bare, start), {**attrs, "name": name}
            )
        elif verb and verb["verb"].upper() in _VERBS:
            name = (verb["name"] or "").strip('`"')[:MAX_TEXT]
            yield Fact("statement", verb["verb"].upper(), _line(bare, start), {**attrs, "name": name})


def environment(text: str) -> Iterator[Fact]:
    """Yield the variables of a .env file; what may be a secret is not repeated."""
    for line, written in enumerate(text.split("\n"), 1):
        match = None if written.lstrip().startswith("#") else _ENV.match(written)
        if match:
            value = match[2].strip("'\"")
            secret = _SECRET.search(match[1]) or _LOGIN.search(value)
            shown = "***" if value and secret else value[:MAX_TEXT]
            yield Fact("setting", f"{match[1]}={shown}", line)


def crontab(path: str, text: str) -> Iterator[Target]:
    """Yield the entries of a crontab."""
    with_user = "cron.d/" in path
    for line, written in enumerate(text.split("\n"), 1):
        match = None if written.lstrip().startswith("#") else _CRON.match(written)
        if match:
            script = match[2].split(None, 1)[-1] if with_user else match[2]
            yield Target(
                "cron",
                f"cron:{line}",
                line,
                script=script,
                script_line=line,
                attrs={"schedule": match[1].strip()},
            )


def unit(path: str, text: str) -> Iterator[Target]:
    """Yield what a systemd unit runs, or when a timer starts its unit."""
    name = posixpath.basename(path)
    for line, written in enumerate(text.split("\n"), 1):
        key, _, value = written.strip().partition("=")
        if key.strip() == "ExecStart" and value.strip():
            yield Target(
                "systemd-service", name, line, script=value.strip().lstrip("-@:+!"), script_line=line
            )
        elif key.strip() in {"OnCalendar", "OnUnitActiveSec"} and value.strip():
            unit_name = name.removesuffix(".timer") + ".service"
            yield Target("systemd-timer", name, line, attrs={"schedule": value.strip(), "unit": unit_name})


def snakefile(text: str) -> Iterator[Target]:
    """Yield the rules of a Snakefile with what they read, write and run."""
    rules = list(islice(_RULE.finditer(text), _MAX_RULES))
    for index, match in enumerate(rules):
        end = rules[index + 1].start() if index + 1 < len(rules) else len(text)
        found = dict(_snake_sections(text, match.end(), end))
        inputs, outputs = (tuple(each for each, _ in found.get(key, ())) for key in ("input", "output"))
        script, line = "", _line(text, match.start())
        start = line
        if found.get("shell"):
            script, start = "".join(part for part, _ in found["shell"]), found["shell"][0][1]
        elif found.get("script") or found.get("notebook"):
            file, start = (found.get("script") or found["notebook"])[0]
            runner = _RUNNERS.get(posixpath.splitext(file)[1].lower(), "")
            script = f"{runner} {file}".strip()
        yield Target(
            "snakemake-rule", match[1], line, script=script, script_line=start, inputs=inputs, outputs=outputs
        )


def _snake_sections(text: str, start: int, end: int) -> Iterator[tuple[str, list[tuple[str, int]]]]:
    """Yield the sections of a rule with the string literals in them, each with its line."""
    sections = list(islice(_SNAKE_SECTION.finditer(text, start, end), _MAX_LITERALS))
    for index, match in enumerate(sections):
        stop = sections[index + 1].start() if index + 1 < len(sections) else end
        pieces = islice(_STRING.finditer(text, match.end(), stop), _MAX_LITERALS)
        found = [piece for piece in pieces if piece[1]]
        yield match[1], [(_literal(piece[1]), _line(text, piece.start(1))) for piece in found]


def _literal(quoted: str) -> str:
    width = 3 if quoted[:3] in {'"""', "'''"} else 1
    return quoted[width:-width]


def nextflow(text: str) -> Iterator[Target]:
    """Yield the processes of a Nextflow script with their shell text."""
    processes = list(islice(_PROCESS.finditer(text), _MAX_RULES))
    for index, match in enumerate(processes):
        end = processes[index + 1].start() if index + 1 < len(processes) else len(text)
        body = _TRIPLE.search(text, match.end(), end)
        line = _line(text, match.start(1))
        script = body[2] if body else ""
        start = _line(text, body.start(2)) if body else line
        yield Target("nextflow-process", match[1], line, script=script, script_line=start)

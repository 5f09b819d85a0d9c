"""Read one Python file."""

from __future__ import annotations

from mlops.domain.diagnostic import Problem
from mlops.domain.facts import FileFacts
from mlops.facts.python import build, grammar
from mlops.facts.python.decode import utf8
from mlops.facts.python.state import Walk
from mlops.facts.python.walker import module

#: The line of a row; called for every fact, so it is a method of C.
_LINE = (1).__add__


def read(source: bytes) -> FileFacts:
    """Read a Python file of any version and encoding; what cannot be read is a problem."""
    text, faults = utf8(source)
    problems = [Problem(line, message) for line, message in faults]
    if text is None:
        return FileFacts("python", problems=tuple(problems))
    walk = Walk(text)
    root = grammar.parse(text).root_node
    if root.has_error:
        problems += [Problem(row + 1, "syntax error") for row in grammar.broken(root)]
    module(walk, root)
    found = build.facts(walk, _LINE)
    problems += [Problem(row + 1, message) for row, message in walk.problems]
    return FileFacts("python", problems=tuple(problems), python=found)

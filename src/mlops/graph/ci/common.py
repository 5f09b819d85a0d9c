"""What the readers of small CI dialects share."""

from __future__ import annotations

from mlops.domain.document import Document, Map, Scalar, Seq, text_of
from mlops.domain.facts import FileFacts
from mlops.domain.logic import Tri
from mlops.domain.pipeline import ALWAYS, Condition, Step
from mlops.domain.record import replace

#: A pipeline whose trigger is kept outside the repository.
OUTSIDE = Condition(Tri.UNKNOWN, "its trigger is defined outside the repository")
#: More lines between two commands of one list are not padded.
_MAX_GAP = 500
FORGIVEN = Condition(Tri.NO, "its failure is forgiven", "F5")


def first_map(facts: FileFacts) -> Map | None:
    """Return the first document of a file where that is a mapping."""
    first = facts.documents[0] if facts.documents else None
    return first if isinstance(first, Map) else None


def maps(node: Document | None) -> tuple[Map, ...]:
    """Return the mappings of a list, or a mapping as a list of one."""
    if isinstance(node, Map):
        return (node,)
    return tuple(item for item in node.items if isinstance(item, Map)) if isinstance(node, Seq) else ()


def texts(node: Document | None) -> tuple[str, ...]:
    """Return the texts of a list or of a single scalar."""
    return tuple(scalar.text for scalar in scalars(node))


def scalars(node: Document | None) -> tuple[Scalar, ...]:
    """Return the scalars of a list, nested lists too, or a single scalar."""
    if isinstance(node, Scalar):
        return () if node.tag == "null" else (node,)
    if isinstance(node, Seq):
        return tuple(scalar for item in node.items for scalar in scalars(item))
    return ()


def is_true(node: Document | None) -> bool:
    """Tell whether a field is plainly true."""
    return text_of(node).lower() in {"true", "yes", "on"}


def is_false(node: Document | None) -> bool:
    """Tell whether a field is plainly false."""
    return isinstance(node, Scalar) and node.text.lower() in {"false", "no", "off"}


def run_line(node: Scalar) -> int:
    """Return the line on which a scalar's own text starts."""
    return node.line + 1 if node.block else node.line


def script(node: Document | None, step: Step) -> tuple[Step, ...]:
    """Return one step for a list of commands that share a shell, blank lines keeping each on its line."""
    items = scalars(node)
    if not items:
        return ()
    first = run_line(items[0])
    text = ""
    for item in items:
        # an alias may bring commands from elsewhere in the file: those only follow one another
        missing = run_line(item) - first - text.count("\n")
        gap = "\n" * missing if 0 < missing <= _MAX_GAP else ""
        text += gap + item.text.rstrip("\n") + "\n"
    name = step.name or text.strip().partition("\n")[0][:80]
    return (replace(step, name=name, line=items[0].line, script=text, script_line=first),)


def variables(node: Document | None) -> tuple[tuple[str, str], ...]:
    """Return the environment variables of a mapping."""
    if not isinstance(node, Map):
        return ()
    return tuple((key.text, value.text) for key, value in node.items if isinstance(value, Scalar))


def problems_of(path: str, facts: FileFacts) -> tuple[tuple[str, int, str], ...]:
    """Return a file's faults as a pipeline's."""
    return tuple((path, problem.line, problem.message) for problem in facts.problems)


def weaker(one: Condition, other: Condition = ALWAYS) -> Condition:
    """Return the weaker of two conditions, the first of equals."""
    return other if other.value < one.value else one

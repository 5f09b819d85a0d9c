"""Run-time conditions and variables of Azure stages, jobs and steps."""

from __future__ import annotations

import re
from collections.abc import Mapping

from mlops.domain.document import Document, Scalar, walk
from mlops.domain.logic import Tri
from mlops.domain.pipeline import ALWAYS, Condition
from mlops.domain.record import dataclass
from mlops.domain.regex import regex
from mlops.graph.ci.azure_expression import FAILED, SKIPPED, UNDISTURBED, Environment, evaluate
from mlops.graph.ci.azure_templates import truth_word
from mlops.graph.ci.azure_values import UNKNOWN, Value, truth

_MACRO = regex(r"\$\(([A-Za-z_][\w.-]*)\)")
_RUNTIME = regex(r"\s*\$\[(.*)\]\s*$", re.DOTALL)
_SET = regex(r"##vso\[task\.setvariable\s+[^\]]*?variable=([\w.]+)", re.IGNORECASE)
_SOURCES = frozenset(
    {"build.sourcesdirectory", "system.defaultworkingdirectory", "build.repository.localpath"}
)
_OF_ALL = regex(r"\bsucceeded\(\s*\)", re.IGNORECASE)
_OF_ONE = regex(r"\bsucceeded\(([^()]+)\)", re.IGNORECASE)
_NAMES = regex(r"'([^']+)'")
_MAX_DEPTH = 10


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a condition says in an undisturbed run, after a failure, and after a skipped dependency."""

    condition: Condition = ALWAYS
    after_failure: bool = False
    after_skip: Tri = Tri.NO
    #: The dependencies whose success alone it asks for; empty where it asks for all.
    asks_for: frozenset[str] = frozenset()

    def disturbed_by(self, needs: tuple[str, ...]) -> bool:
        """Tell whether it may run although one of these failed."""
        return self.after_failure or (bool(self.asks_for) and not self.asks_for.issuperset(needs))


def set_by_scripts(root: Document) -> frozenset[str]:
    """Return the variables that a script of the pipeline sets while it runs."""
    found: set[str] = set()
    for _, node in walk(root):
        if isinstance(node, Scalar) and "##vso" in node.text:
            found.update(name.lower() for name in _SET.findall(node.text))
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class Variables:
    """The variables that a stage, job or step sees when it runs."""

    predefined: Mapping[str, Value]
    declared: Mapping[str, Value]
    overwritten: frozenset[str] = frozenset()

    def with_more(self, declared: Mapping[str, Value]) -> Variables:
        """Return them with an inner block's variables."""
        return Variables(self.predefined, {**self.declared, **declared}, self.overwritten)

    def value(self, name: str, depth: int = 0) -> Value:
        """Return a variable's value; unknown where a script or a setting outside the files decides it."""
        if name in self.overwritten:
            return UNKNOWN
        found = self.predefined.get(name, self.declared.get(name, UNKNOWN))
        if not isinstance(found, str) or depth > _MAX_DEPTH:
            return found if depth <= _MAX_DEPTH else UNKNOWN
        runtime = _RUNTIME.match(found)
        if runtime:
            lookup = Environment({}, lambda inner: self.value(inner, depth + 1))
            return evaluate(runtime[1].strip(), lookup)
        text = self.written(found, depth + 1)
        return UNKNOWN if _MACRO.search(text) else text

    def written(self, text: str, depth: int = 0) -> str:
        """Put the known one-line values in the place of `$(name)`."""

        def known(match: re.Match[str]) -> str:
            value = self.value(match[1].lower(), depth)
            return value if isinstance(value, str) and "\n" not in value else match[0]

        return _MACRO.sub(known, text) if "$(" in text and depth <= _MAX_DEPTH else text

    def shell_text(self, text: str) -> str:
        """Write a script as the shell sees it: what stays unknown is read from the environment as Azure sets it."""

        def variable(match: re.Match[str]) -> str:
            name = match[1]
            if name.lower() in _SOURCES:
                return "."
            if name.lower() in self.declared or "." in name or name != name.lower():
                return "$" + re.sub(r"[.-]", "_", name).upper()
            return match[0]

        return _MACRO.sub(variable, self.written(text))

    def folder(self, text: str) -> str:
        """Return a working directory relative to the repository's root."""
        shown = self.shell_text(text).replace("$PIPELINE_WORKSPACE/s", ".").replace("\\", "/")
        while shown.startswith("./"):
            shown = shown[2:]
        return "" if shown == "." else shown.rstrip("/")

    def verdict(self, node: Document | None, what: str) -> Verdict:
        """Return what a `condition` says; without one, all that it depends on must have succeeded."""
        if not isinstance(node, Scalar) or (not node.text.strip() and node.tag == "null"):
            return Verdict()
        text = node.text.strip()
        usual, failed, skipped = (self._decide(text, status) for status in (UNDISTURBED, FAILED, SKIPPED))
        after_failure = failed is not Tri.NO
        # What runs only after a failure does run, on an occasion that needs no person.
        usual = max(usual, failed)
        shown = f"`condition: {' '.join(text.split())}`"
        if usual is Tri.YES:
            condition = ALWAYS
        elif usual is Tri.UNKNOWN:
            condition = Condition(
                usual, f"whether {shown} holds cannot be told from the files", "", node.line
            )
        elif Variables({}, self.declared, self.overwritten)._decide(text, UNDISTURBED) is Tri.NO:  # noqa: SLF001
            condition = Condition(usual, f"the {what} is disabled by {shown}", "F6", node.line)
        else:
            condition = Condition(usual, f"{shown} does not hold for this event", "", node.line)
        asked = (
            frozenset()
            if _OF_ALL.search(text)
            else frozenset(_NAMES.findall(" ".join(_OF_ONE.findall(text))))
        )
        return Verdict(condition, after_failure, skipped, asked)

    def _decide(self, text: str, status: Mapping[str, bool]) -> Tri:
        word = truth_word(text)
        if word is not None:
            return Tri.YES if word else Tri.NO
        return truth(evaluate(self.written(text), Environment({}, self.value, status)))

    def stops(self, node: Document | None, what: str) -> Condition:
        """Return whether a failure counts, given the value of `continueOnError`."""
        if not isinstance(node, Scalar):
            return ALWAYS
        text = self.written(node.text)
        runtime = _RUNTIME.match(text)
        word = truth_word(text)
        if node.tag == "unknown":
            value = Tri.UNKNOWN
        elif runtime:
            value = truth(evaluate(runtime[1].strip(), Environment({}, self.value)))
        else:
            value = Tri.UNKNOWN if word is None else Tri.YES if word else Tri.NO
        if value is Tri.YES:
            reason = f"a failure of the {what} is passed over by `continueOnError: true`"
            return Condition(Tri.NO, reason, "F5", node.line)
        if value is Tri.UNKNOWN:
            reason = f"`continueOnError: {node.text.strip()}` cannot be told from the files"
            return Condition(Tri.UNKNOWN, reason, "", node.line)
        return ALWAYS

"""Whether the graph satisfies a clause, surely or possibly, by which evidence, and what was refused."""

from __future__ import annotations

from collections.abc import Iterable

from mlops.assess.outcome import Outcome, trim
from mlops.assess.position import container, precedes
from mlops.assess.reach import Mode, Reach
from mlops.assess.wording import attributes_match, named, says, unreached
from mlops.domain.assessment import Evidence, Rejection, Unknown
from mlops.domain.globs import literal_of, pattern_matches
from mlops.domain.graph import DECLARATIONS, Graph, PlacedFact
from mlops.domain.logic import Tri
from mlops.domain.pipeline import EVENT_KINDS
from mlops.domain.rules import Clause, Selector

#: Kinds of facts that CI of another repository could add, and kinds that it could run here.
_CI_KINDS = frozenset(
    {"command", "action", "task", "test-command", "deploy", "model-delivery", "pipeline-delivery", "deploy-target",
     "change-check", "training-start", "runner-training", "build", "lint", "services", "answer-check",
     "endpoint-check"}
)  # fmt: skip
_RUN_KINDS = frozenset(
    {"training", "test", "data-validation", "data-check", "metric-gate", "pipeline", "ingestion"}
)
_EVENTS = frozenset({*EVENT_KINDS, "approved"})
_EVERYWHERE: frozenset[str] = frozenset()
_SCOPE_REASONS = {
    "test": ("only test code does it", "F22"),
    "docs": ("it stands in documentation", "F10"),
    "example": ("it stands in an example", "F22"),
    "vendored": ("it stands in vendored code", "F22"),
    "generated": ("it stands in generated files", "F22"),
    "template": ("it stands in an unrendered template", "F12"),
    "archive": ("it stands in archived code", "F22"),
    "notebook": ("only a notebook does it, and nothing executes the notebook", "F22"),
}


class Query:
    """Evaluates clauses over one graph."""

    def __init__(self, graph: Graph, *, claims: bool = False) -> None:
        """Take the graph; `claims` as in `Reach`."""
        self.graph = graph
        self.reach = Reach(graph, claims=claims)
        #: Kind -> the values of all facts of that kind, a line each.
        self._values: dict[str, str] = {}
        self._by_capability: dict[str, list[PlacedFact]] = {}
        for fact in graph.facts:
            for capability in fact.capabilities:
                self._by_capability.setdefault(capability, []).append(fact)

    def evaluate(self, clause: Clause) -> Outcome:
        """Return what a clause comes to."""
        if clause.operator == "fact":
            return self._fact(clause)
        result = Outcome()
        parts = [self.evaluate(part) for part in clause.clauses]
        values = [part.value for part in parts]
        result.value = (
            min(values, default=Tri.YES) if clause.operator == "all" else max(values, default=Tri.NO)
        )
        for part in parts:
            if result.value is Tri.YES and part.value is not Tri.YES:
                part.evidence.clear()
            result.absorb(part)
        return result

    def facts(self, selector: Selector) -> Iterable[PlacedFact]:
        """Return the facts that a selector means, in every scope."""
        if selector.capability:
            found = [fact for name in selector.capability for fact in self._by_capability.get(name, ())]
            if selector.kind:
                found = [fact for fact in found if fact.fact.kind == selector.kind]
            else:
                found = [fact for fact in found if fact.fact.kind not in DECLARATIONS]
        else:
            found = self.graph.of_kind(selector.kind) if self._may_match(selector) else []
        return [
            fact
            for fact in found
            if pattern_matches(selector.value, fact.fact.value) and attributes_match(selector, fact)
        ]

    def _may_match(self, selector: Selector) -> bool:
        """Tell whether any fact of a kind may have a value as the selector wants it, by one look at all of them."""
        values = self._values.get(selector.kind)
        if values is None:
            found = self.graph.of_kind(selector.kind)
            values = self._values[selector.kind] = "\n".join([fact.fact.value for fact in found])
        return any(literal_of(glob) in values for glob in selector.value.globs)

    def _fact(self, clause: Clause) -> Outcome:
        outcome = Outcome()
        surely: set[str] = set()
        maybe: set[str] = set()
        for fact in self.facts(clause.selector):
            verdict = self._weigh(clause, fact, outcome)
            if verdict is Tri.YES:
                surely.add(_key(clause, fact))
                outcome.certain.append(fact)
            elif verdict is Tri.UNKNOWN:
                maybe.add(_key(clause, fact))
                outcome.possible.append(fact)
        if len(surely) >= clause.count:
            outcome.value = Tri.YES
        elif len(surely | maybe) >= clause.count or self._may_lie_outside(clause, outcome):
            outcome.value = Tri.UNKNOWN
        trim(outcome)
        return outcome

    def weigh(self, clause: Clause, fact: PlacedFact) -> Outcome:
        """Return what one fact alone comes to under a clause about facts, whatever the clause's count."""
        outcome = Outcome()
        verdict = self._weigh(clause, fact, outcome)
        outcome.value = max(outcome.value, verdict)
        return outcome

    def _weigh(self, clause: Clause, fact: PlacedFact, outcome: Outcome) -> Tri:
        if fact.scope not in clause.selector.scope:
            self._out_of_scope(outcome, clause, fact)
            return Tri.NO
        if fact.refused[0]:
            reason, fake = fact.refused
            outcome.rejected.append(Rejection(fact.path, fact.fact.line, named(fact, reason), fake))
            return Tri.NO
        return self._judge(clause, fact, outcome)

    def _may_lie_outside(self, clause: Clause, outcome: Outcome) -> bool:
        """Tell whether CI that leads out of the repository could do what a clause asks for."""
        entries = frozenset(clause.entries) & _EVENTS
        asked = clause.selector
        only_ci = not set(clause.entries) - _EVENTS
        in_ci = asked.kind in _CI_KINDS or (asked.kind == "" and bool(asked.capability) and only_ci)
        if not entries or not (in_ci or (asked.kind in _RUN_KINDS and self.graph.of_kind(asked.kind))):
            return False
        for fact in self.graph.of_kind("opaque"):
            if (
                self.reach.entry(fact.node, entries, Mode.POSSIBLE) is not None
                or self.graph.nodes[fact.node].entry in entries
            ):
                reason = fact.fact.attrs.get("reason", "it lies outside the repository")
                outcome.unknown.append(
                    Unknown(
                        fact.path,
                        fact.fact.line,
                        f"{fact.fact.value}: {reason}",
                        fact.fact.attrs.get("source", ""),
                    )
                )
                return True
        return False

    def _out_of_scope(self, outcome: Outcome, clause: Clause, fact: PlacedFact) -> None:
        """Refuse what stands in a scope that proves nothing; an executed notebook counts where it is reached."""
        if (
            fact.scope == "notebook"
            and "source" in clause.selector.scope
            and fact.node >= 0
            and clause.entries
        ):
            entries = frozenset(clause.entries)
            if self.reach.entry(fact.node, entries, Mode.CERTAIN) is not None:
                outcome.certain.append(fact)
                outcome.evidence.append(self._evidence(clause, fact, entries, Mode.CERTAIN, tests=False))
                outcome.value = Tri.YES
                return
        reason, fake = _SCOPE_REASONS.get(fact.scope, ("it is not first-party code", "F22"))
        outcome.rejected.append(Rejection(fact.path, fact.fact.line, named(fact, reason), fake))

    def _judge(self, clause: Clause, fact: PlacedFact, outcome: Outcome) -> Tri:
        """Decide one fact: yes with evidence, unknown with its reason, or no with a rejection."""
        tests = "test" in clause.selector.scope
        entries = frozenset(clause.entries)
        wanted = Mode.BLOCKING if clause.blocks and not clause.before else Mode.CERTAIN
        if not entries:
            if not self._position(clause, fact, _EVERYWHERE, Mode.CERTAIN, tests):
                return self._refuse_position(clause, fact, outcome)
            outcome.evidence.append(Evidence(fact.path, fact.fact.line, says(clause, fact)))
            return Tri.YES
        if fact.node < 0:
            outcome.rejected.append(
                Rejection(fact.path, fact.fact.line, named(fact, "nothing runs it"), "F9")
            )
            return Tri.NO
        if clause.blocks and fact.fact.attrs.get("swallowed") == "yes":
            reason = named(fact, "an enclosing try swallows the failure")
            outcome.rejected.append(Rejection(fact.path, fact.fact.line, reason, "F15"))
            return Tri.NO
        if self.reach.entry(fact.node, entries, wanted, tests=tests) is not None:
            if self._position(clause, fact, entries, wanted, tests):
                outcome.evidence.append(self._evidence(clause, fact, entries, wanted, tests=tests))
                return Tri.YES
            if not self._position(clause, fact, entries, Mode.POSSIBLE, tests):
                return self._refuse_position(clause, fact, outcome)
        loose = Mode.POSSIBLY_BLOCKING if wanted is Mode.BLOCKING else Mode.POSSIBLE
        if self.reach.entry(fact.node, entries, loose, tests=tests) is not None:
            if not self._position(clause, fact, entries, loose, tests):
                return self._refuse_position(clause, fact, outcome)
            self._note_unknown(fact, entries, loose, outcome, tests=tests)
            return Tri.UNKNOWN
        self._refuse(clause, fact, entries, outcome, tests=tests)
        return Tri.NO

    def _position(
        self, clause: Clause, fact: PlacedFact, entries: frozenset[str], mode: Mode, tests: bool
    ) -> bool:
        """Tell whether `before`, `after` and `same` hold for a fact."""
        if clause.same is not None and not self._same(clause.same, fact):
            return False
        for other, ahead in ((clause.before, True), (clause.after, False)):
            if other is None:
                continue
            found = self._others(other, tests)
            pairs = ((fact, item) if ahead else (item, fact) for item in found)
            if not any(
                precedes(self.reach, first, second, entries, mode, blocking=clause.blocks, tests=tests)
                for first, second in pairs
            ):
                return False
        return True

    def _others(self, clause: Clause, tests: bool) -> list[PlacedFact]:
        if clause.operator != "fact":
            return [fact for part in clause.clauses for fact in self._others(part, tests)]
        return [
            fact
            for fact in self.facts(clause.selector)
            if fact.scope in clause.selector.scope and not fact.refused[0]
        ]

    def _same(self, clause: Clause, fact: PlacedFact) -> bool:
        place = container(self.reach, fact.node)
        return any(
            item.path == fact.path and (place < 0 or container(self.reach, item.node) == place)
            for item in self._others(clause, "test" in clause.selector.scope)
            if item is not fact
        )

    def _evidence(
        self, clause: Clause, fact: PlacedFact, entries: frozenset[str], mode: Mode, *, tests: bool
    ) -> Evidence:
        entry = self.reach.entry(fact.node, entries, mode, tests=tests)
        links = (
            ()
            if entry is None
            else self.reach.links(entry, self.reach.chain(entry, fact.node, mode, tests=tests))
        )
        return Evidence(fact.path, fact.fact.line, says(clause, fact), links)

    def _note_unknown(
        self, fact: PlacedFact, entries: frozenset[str], mode: Mode, outcome: Outcome, *, tests: bool
    ) -> None:
        entry = self.reach.entry(fact.node, entries, mode, tests=tests)
        edges = [] if entry is None else self.reach.chain(entry, fact.node, mode, tests=tests)
        for edge in edges:
            if edge.possible is Tri.UNKNOWN or edge.stops is Tri.UNKNOWN:
                reason = edge.reason or edge.stop_reason or "it cannot be told whether it runs"
                outcome.unknown.append(Unknown(edge.path, edge.line, named(fact, reason)))
                return

    def _refuse(
        self, clause: Clause, fact: PlacedFact, entries: frozenset[str], outcome: Outcome, *, tests: bool
    ) -> None:
        """Say which one edge is missing on the way that would have counted."""
        for mode in (Mode.CERTAIN, Mode.POSSIBLE, Mode.REFUSED):
            entry = self.reach.entry(fact.node, entries, mode, tests=tests)
            if entry is None:
                continue
            edges = self.reach.chain(entry, fact.node, mode, tests=tests)
            for edge in edges:
                if edge.possible is Tri.NO or (clause.blocks and edge.stops is not Tri.YES):
                    dead = edge.possible is Tri.NO
                    reason = edge.reason if dead else edge.stop_reason
                    fake = edge.fake if dead else edge.stop_fake
                    chain = self.reach.links(entry, edges)
                    outcome.rejected.append(Rejection(edge.path, edge.line, named(fact, reason), fake, chain))
                    return
        manual = self.reach.entry(fact.node, frozenset({"manual"}), Mode.CERTAIN, tests=tests)
        if manual is not None and "manual" not in entries:
            node = self.graph.nodes[manual]
            reason = f"only a person starts it ({node.label})"
            outcome.rejected.append(Rejection(node.path, node.line, named(fact, reason), "F6"))
            return
        outcome.rejected.append(Rejection(fact.path, fact.fact.line, named(fact, unreached(entries)), "F9"))

    def _refuse_position(self, clause: Clause, fact: PlacedFact, outcome: Outcome) -> Tri:
        missing = (
            "nothing beside it completes it" if clause.same else "it does not hold back what comes after it"
        )
        if clause.after:
            missing = "what it should follow does not come before it"
        outcome.rejected.append(Rejection(fact.path, fact.fact.line, named(fact, missing), "F16"))
        return Tri.NO


def _key(clause: Clause, fact: PlacedFact) -> str:
    if not clause.distinct:
        return f"{fact.path}:{fact.fact.line}:{fact.fact.value}"
    if clause.distinct == "value":
        return fact.fact.value
    return fact.path if clause.distinct == "path" else fact.fact.attrs.get(clause.distinct, "")

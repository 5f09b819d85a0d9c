"""A small catalog, a lint and a gate with everything that a report can show; no rules of ours, so they stay the same."""

from __future__ import annotations

from dataclasses import replace

from mlops.domain.assessment import (
    Assessment,
    Attainment,
    Category,
    Comparison,
    Component,
    ConfigChange,
    Evidence,
    Link,
    Next,
    Regression,
    Rejection,
    Term,
    Unknown,
    Verdict,
    Waiver,
)
from mlops.domain.diagnostic import Diagnostic
from mlops.domain.facts import Location
from mlops.domain.rules import Catalog, Level, Model, Need, Practice, Remedy, Statement, Strength

A, D, U, E = Strength.ABSENT, Strength.DECLARED, Strength.USED, Strength.ENFORCED


def _practice(
    name: str, title: str, dimension: str, *, needs: Strength = U, shared: bool = False
) -> Practice:
    return Practice(
        id=name, title=title, dimension=dimension, definition=f"Definition: {title.lower()}.",
        why="Without it nobody knows.", satisfied_at=needs, declared=None, used=None, enforced=None,
        meaning={"used": "It is done."}, not_evidence=("`echo done`.",),
        remedy=Remedy("small", f"Do what {name} says.", f"# {name}\nrun --it <now>\n"), fragment=name, manual="",
        references=(f"https://example.com/{name}",), since="0.1", per_component=not shared,
    )  # fmt: skip


PRACTICES = {
    item.id: item
    for item in (
        _practice("code-versioned", "The code is in version control", "source", shared=True),
        _practice("ci-runs-tests", "CI runs the tests", "testing", needs=E, shared=True),
        _practice("data-validated", "Data is validated", "data"),
        _practice("drift-monitored", "Drift is watched", "operations"),
        _practice("quality-monitored", "Quality is watched", "operations"),
        _practice("model-card", "The model has a card", "governance"),
        _practice("training-triggered", "Training starts by itself", "training"),
    )
}


def _levels(*terms: tuple[Need, ...]) -> tuple[Level, ...]:
    return tuple(Level(number, f"Level {number} title", need, (), ()) for number, need in enumerate(terms))


def _need(name: str, strength: Strength = A) -> Need:
    return Need(name, strength)


GOOGLE = Model(
    "google", "Google", "Google Cloud: MLOps levels", "https://example.com/google",
    (
        Level(0, "Manual process", (), (), ("model-card",)),
        Level(1, "ML pipeline automation", (_need("data-validated"), _need("training-triggered")), (_need("code-versioned"),), ()),
        Level(2, "CI/CD pipeline automation",
              (_need("ci-runs-tests"), Need(any=(_need("drift-monitored"), _need("quality-monitored")))),
              (_need("data-validated", E),), ("model-card",)),
    ),
)  # fmt: skip
GIGAOM = Model(
    "gigaom", "GigaOm", "GigaOm: MLOps maturity model", "https://example.com/gigaom", (),
    {"strategy": _levels((), ()), "architecture": _levels((), (_need("code-versioned"),))},
)  # fmt: skip
CATALOG = Catalog(
    "2026.1", PRACTICES, {}, {"google": GOOGLE, "gigaom": GIGAOM},
    {"google.0.manual": Statement("google.0.manual", "google", "0", "training", "Every step is manual.", "anti",
                                  ("training-triggered",), "https://example.com/google")},
    {}, {},
)  # fmt: skip

WAIVER = Waiver("model-card", "the card lives in the wiki", "ml-team", "2026-07-01", 23, ".mlops.yaml", 9)
CHAIN = (
    Link(".github/workflows/ci.yml", 3, "pull_request"),
    Link(".github/workflows/ci.yml", 9, "test"),
    Link("Makefile", 4, "pytest || true"),
)
VERDICTS = {
    item.practice: item
    for item in (
        Verdict("code-versioned", E, E, E, "met", (Evidence("src/train.py", 1, "src/train.py is tracked", (), E),)),
        Verdict("ci-runs-tests", D, D, D, "partial", (Evidence(".github/workflows/ci.yml", 1, "ci.yml is a CI file", (), D),),
                (Rejection("README.md", 3, "pytest: only a document says it", "F8"),
                 Rejection("Makefile", 4, "pytest || true: its failure is ignored", "F2", CHAIN))),
        Verdict("data-validated", A, A, A, "missing"),
        Verdict("drift-monitored", A, A, A, "missing"),
        Verdict("quality-monitored", A, A, A, "missing"),
        Verdict("model-card", A, A, A, "waived", waiver=WAIVER),
        Verdict("training-triggered", A, U, A, "unknown",
                unknown=(Unknown(".gitlab-ci.yml", 2, "includes a file of another project", "gitlab.com/a/b"),)),
    )
}  # fmt: skip


def _google(**changes: object) -> Attainment:
    item = Attainment(
        "google", 0, 0, 1, None, 0, 0, 0, 2, 0, 2,
        Next(1, (Term("data-validated", U, A),), (Term("training-triggered", U, A),)),
        Next(1, (Term("data-validated", U, A),), (Term("training-triggered", U, A),)),
    )  # fmt: skip
    return replace(item, **changes)  # type: ignore[arg-type]


_GIGAOM = Attainment("gigaom", 1, 1, 1, None, None, None, None, 1, 1, 1, None, None,
                     {"strategy": Category(None, None, 0), "architecture": Category(1, 1, 1)}, 1, 1)  # fmt: skip

LINT = Assessment(
    version="1.2.3", edition="2026.1", root="/src/churn", revision="0123456789abcdef0123456789abcdef01234567", ml=True,
    ml_reason=None, model="google", target=None, strict=False, models={"google": _google(), "gigaom": _GIGAOM},
    verdicts=VERDICTS, traits=("google.0.manual",), diagnostics=(Diagnostic("notes.yaml", 7, "the YAML is broken"),),
    sources={"gitlab.com/a/b": ("training-triggered",)}, config_path=".mlops.yaml", first_path="Makefile",
)  # fmt: skip
TARGET = replace(LINT, target=2)
NO_ML = replace(
    LINT, ml=False, ml_reason="hosted-model",
    models={name: replace(item, level=None, strict_level=None, possible_level=None, waived_level=None,
                          waived_strict_level=None, attested_level=None) for name, item in LINT.models.items()},
)  # fmt: skip
MONOREPO = replace(
    LINT,
    components={
        "churn": Component("churn", "services/churn", {"google": _google(), "gigaom": _GIGAOM}, VERDICTS),
        "fraud": Component(
            "fraud", "services/fraud", {"google": _google(), "gigaom": _GIGAOM},
            {**VERDICTS, "model-card": Verdict("model-card", U, U, U, "met",
                                               (Evidence("services/fraud/CARD.md", 1, "CARD.md is a model card"),))},
        ),
    },
)  # fmt: skip
GATE = Comparison(
    base=replace(LINT, verdicts={**VERDICTS, "ci-runs-tests": Verdict("ci-runs-tests", E, E, E, "met")}),
    head=LINT, base_name="origin/main", head_name="working tree",
    regressions=(
        Regression("term", "google", "ci-runs-tests", "enforced", "declared", (Location("Makefile", 4),),
                   (Location("Makefile", 4), Location(".github/workflows/ci.yml", 9)), "the failure of pytest is ignored"),
        Regression("level", "google", "", "1", "0", (), ()),
        Regression("undecided", "google", "training-triggered", "used", "absent", (Location(".gitlab-ci.yml", 2),),
                   (Location(".gitlab-ci.yml", 2),), "gitlab.com/a/b is not here", "fraud"),
    ),
    config_changes=(ConfigChange(".mlops.yaml", 9, "a waiver for model-card was added"),
                    ConfigChange(".github/workflows/ci.yml", 30, "the gate job was removed")),
    warnings=(Diagnostic(".mlops.yaml", 9, "the waiver for model-card ends in 23 days"),),
    approvers=("@ml-team", "@platform"),
)  # fmt: skip
PASSED = replace(GATE, regressions=(), config_changes=(), warnings=())

#: Text and paths as an attacker may write them.
EVIL = (
    "\"><script>alert(1)</script>' ]]> --> `x` | =cmd()|' /C calc'!A0 ::error::pwned ##vso[task.complete]x ##[error]y "
    "%0A::stop-commands::t \x1b[31m \x00 \u202egpj.exe\u2066 \r\n::add-mask::x @everyone #1 [a](javascript:alert(1)) "
    "https://evil.example/ www.evil.example <!-- & \ufeff\u200b \udcff \ufffe {{ 7*7 }} ${{ secrets.X }} ;,]"
)
EVIL_PATH = "a b/=\"'<script>`|::error::##vso[x]\u202e\x07\n%,;]é\U0001f600\udcff.py"


def hostile(assessment: Assessment = TARGET, path: str = EVIL_PATH, text: str = EVIL) -> Assessment:
    """Return a lint in which everything that a repository can choose is hostile."""
    waiver = replace(WAIVER, reason=text, owner=text, path=path)
    chain = tuple(Link(path, 3, text) for _ in range(3))
    verdicts = {
        name: replace(
            verdict,
            evidence=(Evidence(path, 2, text, chain),),
            rejected=(Rejection(path, 4, text, "F2", chain), Rejection(path, 5, text)),
            unknown=(Unknown(path, 6, text, text),),
            waiver=waiver if name == "model-card" else None,
        )
        for name, verdict in VERDICTS.items()
    }
    part = Component(text, path, assessment.models, verdicts)
    return replace(
        assessment, root=path, verdicts=verdicts, components={text: part}, sources={text: ("data-validated",)},
        diagnostics=(Diagnostic(path, 1, text),), config_path=path, first_path=path,
    )  # fmt: skip


def hostile_gate(path: str = EVIL_PATH, text: str = EVIL) -> Comparison:
    """Return a gate in which everything that a repository can choose is hostile."""
    place = (Location(path, 8),)
    return replace(
        GATE, base=hostile(path=path, text=text), head=hostile(path=path, text=text), base_name=text, head_name=text,
        regressions=tuple(replace(item, was=place, because=place, reason=text, component=text) for item in GATE.regressions),
        config_changes=(ConfigChange(path, 9, text),), warnings=(Diagnostic(path, 9, text),), approvers=(text,),
    )  # fmt: skip

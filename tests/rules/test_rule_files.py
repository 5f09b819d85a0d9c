"""Every rule file: its schema, its name, and what it refers to."""

from __future__ import annotations

import json
import re
import string
from collections import Counter
from collections.abc import Iterator

import jsonschema
import pytest

from mlops.catalog import load
from mlops.catalog.source import read
from mlops.catalog.validate import check
from mlops.domain.graph import ENTRY_GROUPS, SCOPES
from mlops.domain.pipeline import EVENT_KINDS
from mlops.domain.rules import Clause, Strength
from mlops.resources import RULES

CATALOG = load()
FILES = [
    *(("practice", path) for path in sorted(RULES.glob("practices/*/*.yaml"))),
    *(("tool", path) for path in sorted(RULES.glob("tools/*.yaml"))),
    *(("model", path) for path in sorted(RULES.glob("models/*.yaml"))),
    *(("statements", path) for path in sorted(RULES.glob("statements/*.yaml"))),
    *(
        (name, RULES / f"{name}.yaml")
        for name in ("attestations", "capabilities", "commands", "edition", "neutral")
    ),
]
#: Kinds of facts that no reader makes; rules ask for all of them but `opaque`, which only makes verdicts unknown.
BY_THE_GRAPH = {"event", "job", "environment", "report", "opaque"}
SCHEMAS = {path.name.removesuffix(".schema.json"): path for path in RULES.glob("schemas/*.schema.json")}


@pytest.mark.parametrize(("schema", "path"), FILES, ids=lambda value: getattr(value, "stem", value))
def test_follows_its_schema(schema, path):
    check(read(path), schema)


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_schemas_are_valid_and_closed(name):
    schema = json.loads(SCHEMAS[name].read_bytes())
    jsonschema.Draft202012Validator.check_schema(schema)
    for node in _nodes(schema):
        if "properties" in node and node.get("type") == "object":
            assert node.get("additionalProperties") is False, node


def _nodes(value: object) -> Iterator[dict[str, object]]:
    if isinstance(value, dict):
        yield value
        for item in value.values():
            yield from _nodes(item)
    elif isinstance(value, list):
        for item in value:
            yield from _nodes(item)


def test_ids_are_the_names_of_their_files():
    for schema, path in FILES:
        if schema in {"practice", "tool", "model"}:
            assert read(path).data["id"] == path.stem
        if schema == "practice":
            assert read(path).data["dimension"] == path.parent.name
        if schema == "statements":
            assert read(path).data["model"] == path.stem


def test_no_two_files_of_a_kind_have_one_name():
    for kind in ("practice", "tool", "model"):
        names = Counter(path.stem for schema, path in FILES if schema == kind)
        assert [name for name, count in names.items() if count > 1] == []


def test_no_two_tools_are_one():
    for names in ("distributions", "imports"):
        owners = Counter(name for tool in CATALOG.tools.values() for name in getattr(tool, names))
        assert [name for name, count in owners.items() if count > 1] == []


def test_ids_of_different_kinds_are_disjoint():
    kinds = [
        CATALOG.practices,
        CATALOG.tools,
        CATALOG.models,
        CATALOG.statements,
        CATALOG.attestations,
        CATALOG.aliases,
    ]
    names = Counter(name for kind in kinds for name in kind)
    assert [name for name, count in names.items() if count > 1] == []


def test_counts():
    assert len(CATALOG.practices) == 51
    assert len(CATALOG.statements) == 274
    assert len(CATALOG.attestations) == 28
    dimensions = Counter(practice.dimension for practice in CATALOG.practices.values())
    assert dimensions == {
        "source": 5, "testing": 7, "data": 4, "training": 9, "model": 5,
        "release": 8, "operations": 5, "governance": 7, "team": 1,
    }  # fmt: skip
    kinds = Counter((item.model, item.kind) for item in CATALOG.statements.values())
    assert kinds == {
        ("google", "check"): 63, ("google", "anti"): 25, ("google", "context"): 10,
        ("azure", "check"): 58, ("azure", "anti"): 34, ("azure", "attest"): 14, ("azure", "context"): 8,
        ("gigaom", "check"): 22, ("gigaom", "anti"): 18, ("gigaom", "attest"): 19, ("gigaom", "context"): 3,
    }  # fmt: skip


def test_only_ci_practices_are_satisfied_above_used():
    above = {name for name, practice in CATALOG.practices.items() if practice.satisfied_at != Strength.USED}
    assert above == {"ci-runs-tests", "ci-lints", "ci-builds"}
    assert all(CATALOG.practices[name].satisfied_at == Strength.ENFORCED for name in above)


def test_what_a_monorepo_shares():
    shared = {name for name, practice in CATALOG.practices.items() if not practice.per_component}
    assert shared == {
        "code-versioned", "code-review", "reproducible-env", "ci-runs-tests", "ci-lints", "ci-builds",
        "iac", "security-scanned", "onboarding-automated",
    }  # fmt: skip


def test_a_practice_has_a_fragment_of_its_name_or_a_reason():
    for name, practice in CATALOG.practices.items():
        assert practice.fragment in {name, ""}
        assert bool(practice.fragment) != bool(practice.manual), name


def test_every_practice_has_evidence_at_every_strength():
    for practice in CATALOG.practices.values():
        assert all((practice.declared, practice.used, practice.enforced)), practice.id


def _clauses(clause: Clause | None) -> Iterator[Clause]:
    if clause is not None:
        yield clause
        for item in (*clause.clauses, clause.before, clause.after, clause.same):
            yield from _clauses(item)


CLAUSES = [
    (practice.id, clause)
    for practice in CATALOG.practices.values()
    for top in (practice.declared, practice.used, practice.enforced)
    for clause in _clauses(top)
]


def test_clauses_name_known_capabilities():
    asked = {(name, capability) for name, clause in CLAUSES for capability in clause.selector.capability}
    assert {pair for pair in asked if pair[1] not in CATALOG.capabilities} == set()


def test_messages_are_formats_of_plain_names():
    for name, clause in CLAUSES:
        for _, field, spec, conversion in string.Formatter().parse(clause.says):
            assert field is None or re.fullmatch(r"[A-Za-z_][\w.-]*", field), (name, clause.says)
            assert not spec, (name, clause.says)
            assert not conversion, (name, clause.says)


def test_tools_show_known_capabilities():
    shown = {(tool.id, capability) for tool in CATALOG.tools.values() for capability in tool.signs}
    assert {pair for pair in shown if pair[1] not in CATALOG.capabilities} == set()


def test_every_capability_is_shown_by_a_tool():
    shown = {capability for tool in CATALOG.tools.values() for capability in tool.signs}
    assert set(CATALOG.capabilities) - shown == set()


def test_the_grammar_is_that_of_the_code_and_of_the_docs():
    schema = json.loads(SCHEMAS["practice"].read_bytes())["$defs"]
    fact = schema["fact"]["properties"]
    kinds = set(fact["fact"]["properties"]["kind"]["enum"])
    documented = (RULES.parent / "docs" / "facts.md").read_text("utf-8")
    rows = re.findall(r"^\| (`[^|]*?) \|", documented, re.MULTILINE)
    assert (
        kinds - BY_THE_GRAPH
        == {name for row in rows for name in re.findall(r"`([a-z]+)`", row)} - BY_THE_GRAPH
    )
    assert fact["fact"]["properties"]["scope"]["items"]["enum"] == list(SCOPES)
    entries = {kind for group in ENTRY_GROUPS.values() for kind in group}
    assert set(fact["from"]["properties"]["entry"]["items"]["enum"]) == {
        *ENTRY_GROUPS,
        *entries,
        *EVENT_KINDS,
        "notebook",
        "test",
    }
    derived = {clause.selector.kind for _, clause in CLAUSES} - kinds - {""}
    assert derived
    signs = json.loads(SCHEMAS["tool"].read_bytes())["$defs"]["sign"]["properties"]
    assert set(signs) == kinds - {"event"} | {"where"}


def test_the_configuration_has_the_keys_of_its_contract():
    schema = json.loads(SCHEMAS["config"].read_bytes())
    assert list(schema["properties"]) == [
        "model", "level", "strict", "edition", "default_branch", "exclude", "components", "waivers", "attestations",
        "entrypoints", "practices", "tools", "scaffold",
    ]  # fmt: skip
    validator = jsonschema.Draft202012Validator(schema)
    waiver = {"practice": "iac", "reason": "bare metal", "owner": "@ops", "until": "2027-01-31"}
    assert validator.is_valid({"model": "azure", "level": 2, "waivers": [waiver]})
    assert not validator.is_valid({"levle": 2})
    assert not validator.is_valid({"waivers": [{**waiver, "until": "soon"}]})
    assert not validator.is_valid({"components": {"churn": "../other"}})
    assert not validator.is_valid({"practices": ["/etc"]})


def test_statements_are_answered_as_their_kind_says():
    unanswered = []
    for item in CATALOG.statements.values():
        assert item.id.startswith(f"{item.model}.{item.level}.")
        practices = [name for name in item.practices if name in CATALOG.practices]
        people = [name for name in item.practices if name in CATALOG.attestations]
        assert len(practices) + len(people) == len(item.practices), item.id
        if item.kind == "check":
            assert practices, item.id
        elif item.kind == "attest":
            assert people, item.id
        elif item.kind == "context":
            assert not item.practices, item.id
        elif not item.practices:
            unanswered.append(item.id)
    assert unanswered == [
        "gigaom.0.governance.not-considered",
        "gigaom.1.governance.not-considered",
        "google.1.challenges.fits-new-data-not-new-ideas",
    ]


def test_attestations_belong_to_the_levels_whose_statements_ask_for_them():
    asked: dict[str, dict[str, set[int]]] = {}
    for item in CATALOG.statements.values():
        for name in item.practices if item.kind == "attest" else ():
            if name in CATALOG.attestations:
                asked.setdefault(name, {}).setdefault(item.model, set()).add(int(item.level))
    declared = {
        name: {model: set(levels) for model, levels in item.levels.items()}
        for name, item in CATALOG.attestations.items()
    }
    assert declared == asked


def test_attestations_name_their_category_and_what_supersedes_them():
    for name, item in CATALOG.attestations.items():
        (model,) = item.levels
        if model == "gigaom":
            assert item.category in CATALOG.models[model].categories, name
        else:
            assert item.category == ""
        assert bool(item.superseded_at) == bool(item.superseded_by)
        if item.superseded_by:
            assert item.superseded_at > max(item.levels[model])
            assert item.superseded_by in {*CATALOG.practices, *CATALOG.attestations}
    assert {
        name: item.superseded_by for name, item in CATALOG.attestations.items() if item.superseded_by
    } == {
        "att-data-engineers-with-scientists": "att-data-engineers-manage-io",
        "att-low-friction-release": "cd-deploys-model",
        "att-release-by-software-engineering": "cd-deploys-model",
        "att-cloud-tacit": "att-cloud-overt",
        "att-teams-coordinated": "att-teams-integrated",
    }


def test_wrappers_are_unique_and_the_longest_come_first():
    words = [wrapper.words for wrapper in CATALOG.wrappers]
    assert len(words) == len(set(words))
    lengths = [len(item) for item in words]
    assert lengths == sorted(lengths, reverse=True)
    known = {wrapper.words: wrapper for wrapper in CATALOG.wrappers}
    assert known["timeout",].skip == 1
    assert "--with" in known["uv", "run"].valued
    assert "-n" in known["conda", "run"].valued
    assert "--source" in known["coverage", "run"].valued
    assert {"-v", "-V"} <= set(known["command",].valued)


def test_no_wrapper_is_a_tool_that_stands_for_itself():
    """`python -m X`, `npx`, `make` and `docker run` resolve to something else than the rest of their words."""
    assert not {wrapper.words for wrapper in CATALOG.wrappers} & {
        ("python",),
        ("python", "-m"),
        ("make",),
        ("docker", "run"),
    }

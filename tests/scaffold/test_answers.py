"""Names, levels and licences: what is refused, and what becomes of a name."""

from __future__ import annotations

import keyword

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops.errors import MlopsError
from mlops.resources import TEMPLATES
from mlops.scaffold.answers import LICENSES, checked, names

MODELS = {"google": 2, "azure": 4}
GOOD = {"name": "churn", "model": "google", "level": 1, "ci": "gitlab-ci", "license": "mit"}


@pytest.mark.parametrize(
    ("name", "expected"),
    [("churn", ("churn", "churn")), ("Churn Model", ("churn-model", "churn_model")), ("a_b.c-2", ("a-b-c-2", "a_b_c_2"))],
)  # fmt: skip
def test_a_name_gives_a_folder_and_a_package(name, expected):
    assert names(name) == expected


@pytest.mark.parametrize(
    "name",
    ["", "2fast", "a--b", "-a", "a-", "a/b", "../a", "a\\b", "a\nb", "café", "a" * 65, "{= 7 =}", "class", "json",
     "sklearn", "tests", "nul", "com1", "a b  c"],
)  # fmt: skip
def test_a_bad_name_is_refused(name):
    with pytest.raises(MlopsError):
        names(name)


@given(st.text(max_size=80))
def test_whatever_is_accepted_is_a_package(text):
    try:
        slug, package = names(text)
    except MlopsError:
        return
    assert package.isidentifier()
    assert not keyword.iskeyword(package)
    assert slug == slug.lower() == package.replace("_", "-")


def test_good_answers_are_taken_with_the_licence_as_spdx_spells_it():
    found = checked(GOOD, MODELS)
    assert (found.slug, found.level, found.license) == ("churn", 1, "MIT")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"model": "ibm"}, "google, azure"),
        ({"level": 3}, "levels 0 to 2"),
        ({"level": "1"}, "levels"),
        ({"level": True}, "levels"),
        ({"ci": "jenkins"}, "github-actions"),
        ({"license": "WTFPL"}, "MIT"),
    ],
)
def test_a_bad_answer_names_the_choices(change, message):
    with pytest.raises(MlopsError, match=message):
        checked(GOOD | change, MODELS)


def test_every_licence_has_its_text():
    texts = {path.stem for path in (TEMPLATES / "licenses").glob("*.txt")}
    assert texts == set(LICENSES) - {"none"}

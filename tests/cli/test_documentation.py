"""Generated pages are as the rules, the schema and the commands are now."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mlops.app.documentation import pages
from mlops.catalog import load
from mlops.cli.manual import helps

DOCS = Path(__file__).parents[2] / "docs"
PAGES = pages(load(), helps())
LINK = re.compile(r"\]\((?!https?://|#)([^)#]+)")


@pytest.mark.parametrize("name", sorted(PAGES))
def test_generated_pages_are_fresh(name):
    path = DOCS / name
    assert path.is_file(), f"{name} is missing: run .ci/docs"
    assert path.read_text(encoding="utf-8") == PAGES[name], f"{name} is stale: run .ci/docs"


def test_no_page_outlives_its_rule():
    found = {
        path.relative_to(DOCS).as_posix()
        for folder in ("practices", "models")
        for path in (DOCS / folder).iterdir()
    }
    assert found <= set(PAGES)


@pytest.mark.parametrize(
    "path", sorted(DOCS.rglob("*.md")), ids=lambda path: path.relative_to(DOCS).as_posix()
)
def test_links_lead_to_files(path):
    for target in LINK.findall(path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), target


def test_every_command_has_its_help_in_the_manual():
    text = PAGES["cli.md"]
    for name in ("lint", "explain", "list", "init", "waive", "attest"):
        assert f"\n## mlops {name}\n" in text

"""The HTML report in Debian's Chromium: no request, no error, keyboard, contrast, dark, print and small screens."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import report_sample as sample

from mlops.app.lint import Request, lint
from mlops.catalog import load
from mlops.report.formats import Options, gate_renderer, lint_renderer
from mlops.tree import MemoryTree

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
TREE = {
    "train.py": "from sklearn.linear_model import Ridge\n\nmodel = Ridge().fit([[1]], [1])\n",
    ".github/workflows/ci.yml": "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: pytest || true\n",
}
OPEN_ALL = "document.querySelectorAll('details').forEach(item => { item.open = true })"


def _pages():
    """Return what is opened: a real lint, a gate with everything, and hostile ones."""
    real = lint(MemoryTree(TREE), load(), Request(level=2))
    many = replace(sample.MONOREPO, target=2)
    return {
        "real": lint_renderer("html")(real, load(), Options()),
        "gate": gate_renderer("html")(sample.GATE, sample.CATALOG, Options(advisory=True)),
        "monorepo": lint_renderer("html")(many, sample.CATALOG, Options()),
        "hostile": gate_renderer("html")(sample.hostile_gate(), sample.CATALOG, Options()),
    }


NAMES = ("real", "gate", "monorepo", "hostile")


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("html")
    for name, text in _pages().items():
        (folder / f"{name}.html").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def browser():
    if not CHROMIUM.exists():
        pytest.skip("not installed (make tools): chromium")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield found
        found.close()


@pytest.fixture
def visit(browser, files):
    """Open a page; any request beyond the file, message on the console, error or dialog fails the test."""
    contexts, wrong = [], []

    def go(name, **settings):
        context = browser.new_context(**settings)
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: wrong.append(request.url) if not _own(request.url, name) else None)
        page.on("console", lambda message: wrong.append(message.text))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("dialog", lambda dialog: (wrong.append(dialog.message), dialog.dismiss()))
        page.goto((files / f"{name}.html").as_uri())
        page.wait_for_load_state("networkidle")
        return page

    yield go
    for context in contexts:
        context.close()
    assert not wrong


def _own(url, name):
    return url.startswith("data:") or url.split("#")[0].endswith(f"/{name}.html")


@pytest.mark.parametrize("name", NAMES)
def test_axe_finds_nothing(visit, name):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    page = visit(name, color_scheme="light", reduced_motion="reduce")
    page.evaluate(OPEN_ALL)
    found = axe.Axe().run(
        page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}
    )
    assert not found.response["violations"], found.generate_report()
    assert "color-contrast" in {item["id"] for item in found.response["passes"]}


@pytest.mark.parametrize("name", ["gate", "monorepo"])
def test_contrast_is_enough_in_the_dark(visit, name):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    page = visit(name, color_scheme="dark", reduced_motion="reduce")
    page.evaluate(OPEN_ALL)
    found = axe.Axe().run(page, options={"runOnly": ["color-contrast"]})
    assert not found.response["violations"], found.generate_report()
    assert found.response["passes"]


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_fetched_and_nothing_runs(visit, name):
    page = visit(name)
    page.evaluate(OPEN_ALL)
    assert page.evaluate("document.scripts.length") == 0
    assert (
        page.evaluate(
            "[...document.querySelectorAll('*')].flatMap(x => [...x.attributes]).filter(a => /^on/i.test(a.name)).length"
        )
        == 0
    )
    assert (
        page.evaluate(
            "performance.getEntriesByType('resource').filter(x => !x.name.startsWith('data:')).length"
        )
        == 0
    )


def test_hostile_text_is_shown_as_text(visit):
    page = visit("hostile")
    page.evaluate(OPEN_ALL)
    shown = page.inner_text("main")
    assert "\"><script>alert(1)</script>' ]]> --> `x`" in shown
    assert "\\u202egpj.exe\\u2066" in shown
    assert "{{ 7*7 }}" in shown
    assert page.locator("main script, main img, main iframe, main [onerror]").count() == 0


def test_keyboard_reaches_everything(visit):
    page = visit("real")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    wanted = page.evaluate(
        "[...document.querySelectorAll('main summary')].filter(x => x.checkVisibility({contentVisibilityAuto: true})).length"
    )
    seen = 0
    for _ in range(400):
        page.keyboard.press("Tab")
        kind = page.evaluate("document.activeElement.tagName")
        if kind == "BODY":
            break
        seen += kind == "SUMMARY"
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none"
    assert seen == wanted


def test_keyboard_opens_details(visit):
    page = visit("real")
    first = page.locator("details.proof > summary").first
    first.focus()
    assert not page.evaluate("document.querySelector('details.proof').open")
    page.keyboard.press("Enter")
    assert page.evaluate("document.querySelector('details.proof').open")


def test_a_link_of_the_matrix_opens_its_evidence(visit):
    page = visit("real", reduced_motion="reduce")
    page.locator("a[href='#ci-runs-tests']").first.click()
    page.wait_for_function("document.getElementById('ci-runs-tests').closest('details').open")
    assert page.locator("#ci-runs-tests").is_visible()
    assert "pytest" in page.inner_text("#ci-runs-tests")


def test_dark_and_light_differ(visit):
    def ground(scheme):
        return visit("real", color_scheme=scheme).evaluate("getComputedStyle(document.body).backgroundColor")

    assert ground("light") == "rgb(246, 247, 249)"
    assert ground("dark") == "rgb(17, 21, 27)"


def test_print_is_light_and_opens_everything(visit):
    page = visit("real", color_scheme="dark")
    shown = "document.querySelector('#ci-runs-tests').checkVisibility()"
    assert not page.evaluate(shown)
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate(shown)
    assert not page.locator("nav").is_visible()
    assert page.pdf().startswith(b"%PDF")


@pytest.mark.parametrize("name", NAMES)
def test_small_screens_do_not_scroll_sideways(visit, name):
    page = visit(name, viewport={"width": 320, "height": 700})
    page.evaluate(OPEN_ALL)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_the_chart_says_in_words_what_it_shows(visit):
    page = visit("real")
    chart = page.get_by_role("img", name="Practices by dimension, against Google 2")
    assert chart.count() == 1
    words = page.locator("#chart-words").text_content()
    assert "training: " in words
    assert page.locator("svg.chart rect").count() == len(load().practices)

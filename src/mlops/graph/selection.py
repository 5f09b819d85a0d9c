"""Which tests a test command collects."""

from __future__ import annotations

import posixpath
import re
from fnmatch import fnmatchcase

from mlops.domain.facts import FileFacts
from mlops.domain.python import Function, PythonFacts
from mlops.domain.regex import regex
from mlops.graph.context import Context, join

_TEST_FILE = regex(r"^(test_.*|.*_test)\.py$")
#: pytest options that take a value, so that the value is no path.
_VALUED = {"-k", "-m", "-n", "-p", "-c", "-o", "-W", "--cov", "--cov-report", "--cov-config", "--junitxml", "--junit-xml",
           "--maxfail", "--tb", "--durations", "--rootdir", "--timeout", "--html", "--dist", "--color", "--ignore",
           "--ignore-glob", "--deselect", "--cov-fail-under", "--log-level", "--basetemp", "--numprocesses", "-r", "-s",
           "--doctest-glob", "--dataset-loc", "--reruns", "--benchmark-json", "--source", "--rcfile", "--include",
           "--omit", "--pattern", "-t", "--top-level-directory"}  # fmt: skip


def test_run(context: Context, words: tuple[str, ...], folder: str) -> int | None:
    """Return the node of the tests that a command collects, or None where it collects none."""
    if any(
        word in {"--collect-only", "--co", "--version", "--help", "--fixtures", "--markers"} for word in words
    ):
        return None
    options = _options(words)
    chosen = _chosen_files(context, options, folder)
    key = ("tests", options.get("-k", ""), options.get("-m", ""), tuple(chosen))
    known = context.script_nodes.get(key)
    if known is not None:
        return known
    given = options.get("-m", "")
    expression = given or configured_markers(context, folder)
    collected = [
        (path, index)
        for path in chosen
        for index, function in enumerate(_facts(context, path).functions)
        if is_test(_facts(context, path), function)
        and selected(_facts(context, path), function, expression, options.get("-k", ""))
    ]
    if not collected and not any(path.endswith(".ipynb") for path in chosen):
        return None
    node = context.graph.add("tests", f"{len(collected)} tests", chosen[0], 1, scope="test")
    context.script_nodes[key] = node
    for path, index in collected:
        target = context.python.function_nodes[(path, index)]
        context.edge(node, target, path, _facts(context, path).functions[index].line, "collects")
    for path in chosen:
        context.edge(node, context.python.module_nodes[path], path, 1, "imports")
    return node


def _facts(context: Context, path: str) -> PythonFacts:
    return context.python.modules.files[path].facts


def _options(words: tuple[str, ...]) -> dict[str, str]:
    """Return the options with values that matter, and the paths joined by newlines under ""."""
    found: dict[str, str] = {}
    paths: list[str] = []
    skip = ""
    start = words.index("pytest") + 1 if "pytest" in words else 1
    for word in words[start:]:
        if skip:
            found[skip] = found[skip] + "\n" + word if skip in found else word
            skip = ""
        elif word in _VALUED:
            skip = word
        elif word.startswith("--ignore="):
            found["--ignore"] = found.get("--ignore", "") + "\n" + word.partition("=")[2]
        elif word.startswith("-k") and len(word) > 2 and not word.startswith("--"):
            found["-k"] = word[2:].lstrip("=")
        elif not word.startswith("-") and "=" not in word:
            paths.append(word.partition("::")[0])
    found[""] = "\n".join(paths)
    return found


def _chosen_files(context: Context, options: dict[str, str], folder: str) -> list[str]:
    every = [path for path in context.python.modules.files if _TEST_FILE.match(posixpath.basename(path))]
    named = [
        path
        for path in options.get("", "").split("\n")
        if path and "$" not in path and path not in {"discover", "run"}
    ]
    bases = [join(folder, path.removeprefix("./")) for path in named] or _testpaths(context, folder)
    explicit = [base for base in bases if base in context.python.modules.files]
    ignored = [join(folder, path) for path in options.get("--ignore", "").split("\n") if path]
    found = [
        path
        for path in every
        if any(not base or path == base or path.startswith(f"{base}/") or _fits(path, base) for base in bases)
        and context.scopes[path] not in {"vendored", "template"}
    ]
    found += [path for path in explicit if path not in found]
    if not found and named:
        # A folder inside a container or after an unseen `cd`: the same names anywhere below the root.
        found = [path for path in every if any(f"/{path}".find(f"/{_tail(name)}/") >= 0 for name in named)]
    return sorted(
        path for path in found if not any(path == out or path.startswith(f"{out}/") for out in ignored)
    )


def _fits(path: str, base: str) -> bool:
    """Tell whether a path is one of those that the shell makes of `tests/test_*.py`."""
    return "*" in base and fnmatchcase(path, base) and path.count("/") == base.count("/")


def _tail(name: str) -> str:
    return posixpath.basename(name.rstrip("/")) or name


def _testpaths(context: Context, folder: str) -> list[str]:
    for path in (
        join(folder, "pyproject.toml"),
        join(folder, "pytest.ini"),
        join(folder, "setup.cfg"),
        join(folder, "tox.ini"),
    ):
        values = _settings(context.files.get(path), "testpaths")
        if values:
            return [join(folder, value) for value in values]
    return [folder]


def _settings(file: FileFacts | None, name: str) -> list[str]:
    if file is None:
        return []
    keys = (f"tool.pytest.ini_options.{name}", f"pytest.{name}", f"tool:pytest.{name}", f"tool.pytest.{name}")
    found: list[str] = []
    for fact in file.facts:
        if fact.kind == "key" and fact.value.removesuffix(".*") in keys:
            found += fact.attrs.get("value", "").split()
    return found


def configured_markers(context: Context, folder: str) -> str:
    """Return the -m expression of the configured addopts."""
    if folder not in context.markers:
        context.markers[folder] = _configured_markers(context, folder)
    return context.markers[folder]


def _configured_markers(context: Context, folder: str) -> str:
    for name in ("pyproject.toml", "pytest.ini", "setup.cfg", "tox.ini"):
        words = _settings(context.files.get(join(folder, name)), "addopts")
        if "-m" in words[:-1]:
            rest = " ".join(words[words.index("-m") + 1 :])
            quoted = re.match(r"""["'](.+?)["']""", rest)
            return quoted.group(1) if quoted else words[words.index("-m") + 1]
    return ""


def is_test(facts: PythonFacts, function: Function) -> bool:
    """Tell whether pytest or unittest collects a function: by its name, its class and where it stands."""
    short = function.name.rpartition(".")[2]
    if not short.startswith("test"):
        return False
    if function.scope >= 0:
        return False
    if not function.owner:
        return short.startswith("test_") or short == "test"
    owner = next((cls for cls in facts.classes if cls.name == function.owner), None)
    if owner is None:
        return False
    unittest_like = any(
        base.rpartition(".")[2].endswith(("TestCase", "Base", "Tests", "Mixin", "Test"))
        for base in owner.bases
    )
    return unittest_like or owner.name.startswith("Test")


def markers(facts: PythonFacts, function: Function) -> set[str]:
    """Return the names of pytest marks on a test, its class and its module."""
    names: set[str] = set()
    owner = next((cls for cls in facts.classes if cls.name == function.owner), None)
    for decorator in (*function.decorators, *(owner.decorators if owner else ())):
        if ".mark." in decorator.name:
            names.add(decorator.name.rpartition(".mark.")[2].split(".")[0])
    for constant in facts.constants:
        if constant.name == "pytestmark":
            names.update(re.findall(r"mark\.(\w+)", constant.value))
    return names


def selected(facts: PythonFacts, function: Function, expression: str, keyword: str) -> bool:
    """Tell whether `-m expression` and `-k keyword` keep a test."""
    if expression and not _evaluate(expression, markers(facts, function)):
        return False
    return not keyword or _evaluate(keyword, {function.name, *function.name.split(".")}, partial=True)


def _evaluate(expression: str, names: set[str], *, partial: bool = False) -> bool:
    """Evaluate pytest's tiny boolean language; what does not parse keeps the test."""
    words = re.findall(r"\(|\)|\bnot\b|\band\b|\bor\b|[^\s()]+", expression.strip("'\""))
    position = 0

    def take() -> str:
        nonlocal position
        word = words[position] if position < len(words) else ""
        position += 1
        return word

    def either(depth: int) -> bool:
        value = both(depth)
        while position < len(words) and words[position] == "or":
            take()
            value = both(depth) or value
        return value

    def both(depth: int) -> bool:
        value = one(depth)
        while position < len(words) and words[position] == "and":
            take()
            value = one(depth) and value
        return value

    def one(depth: int) -> bool:
        word = take()
        if word == "not":
            return not one(depth)
        if word == "(" and depth < 20:
            value = either(depth + 1)
            take()
            return value
        return any(word in name for name in names) if partial else word in names

    return either(0) if words else True

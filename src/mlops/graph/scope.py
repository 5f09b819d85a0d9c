"""In which scope a file stands: evidence of most practices counts only in `source`."""

from __future__ import annotations

from mlops.domain.regex import regex

_VENDORED = {"vendor", "vendored", "third_party", "thirdparty", "3rdparty", "node_modules", "site-packages", ".venv",
             "venv", "env", "virtualenv", "bower_components", "_vendor", "external"}  # fmt: skip
_DOCS = {"docs", "doc", "documentation", "site", "website"}
_EXAMPLES = {
    "examples",
    "example",
    "samples",
    "sample",
    "demos",
    "tutorials",
    "tutorial",
    "cookbook",
    "playground",
    "snippets",
    "code_snippets",
}
_TESTS = {
    "tests",
    "test",
    "testing",
    "unit_tests",
    "unittests",
    "integration_tests",
    "e2e",
    "__tests__",
    "testthat",
}
_GENERATED = {"dist", "mlruns", "__pycache__", ".ipynb_checkpoints", "htmlcov", ".eggs", "generated", "_build",
              ".dvc", "wandb"}  # fmt: skip
#: What tools write into a folder named build; hand-written build definitions stand in folders of that name too.
_BUILT = regex(
    r"(^|/)build/(lib|bdist|temp|html|static|exe)[^/]*/|(^|/)build/.*\.(js|css|html|map|o|so|egg)$"
)
_ARCHIVES = {"archive", "archived", "archives", "deprecated", "_archive", "attic"}
_PLACEHOLDER = regex(r"\{\{|\{=|<%|\{%|__cookiecutter|\[\[ ")
_TEST_FILE = regex(
    r"(^test_.+|.+_test|^conftest)\.py$|.+[.-](test|spec)\.[jt]sx?$|.+Test\.java$|.+_test\.go$"
)
_GENERATED_FILE = regex(r".+_pb2(_grpc)?\.pyi?$|_version\.py$|.+\.min\.js$")
#: Documentation suffixes: prose proves nothing, except model cards, which are read on their own terms.
_PROSE = (".md", ".rst", ".txt.md", ".adoc")


def scope_of(path: str) -> str:
    """Return the scope of a path (see `domain.graph.SCOPES`), judged by its folders first, then its name."""
    *folders, name = path.split("/")
    lowered = [folder.lower() for folder in folders]
    if _PLACEHOLDER.search(path):
        return "template"
    if _BUILT.search(path.lower()):
        return "generated"
    for names, scope in (
        (_VENDORED, "vendored"),
        (_GENERATED, "generated"),
        (_ARCHIVES, "archive"),
        (_DOCS, "docs"),
        (_TESTS, "test"),
        (_EXAMPLES, "example"),
    ):
        if any(folder in names or folder.endswith(".egg-info") for folder in lowered):
            return scope
    if _TEST_FILE.match(name):
        return "test"
    if _GENERATED_FILE.match(name):
        return "generated"
    if name.endswith(".ipynb"):
        return "notebook"
    if name.lower().endswith(_PROSE):
        return "docs"
    return "source"


def example_folder(path: str) -> str:
    """Return the folder that makes a path one of examples, with a slash at its end."""
    folders = path.split("/")[:-1]
    depth = next((n for n, folder in enumerate(folders) if folder.lower() in _EXAMPLES), len(folders))
    return "".join(f"{folder}/" for folder in folders[: depth + 1])


def adopted(path: str, folder: str) -> str:
    """Return the scope of a path in a folder of examples that the project itself uses."""
    parts = folder.split("/")
    return scope_of("/".join([*parts[:-2], path.removeprefix(folder)]))

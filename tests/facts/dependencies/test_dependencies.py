from __future__ import annotations

import json
import textwrap
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops.facts import yaml
from mlops.facts.dependencies import matches, read, read_yaml
from mlops.facts.dependencies.requirement import parse


def found(path, text, kind="dependency"):
    facts = read(path, textwrap.dedent(text).encode()).facts
    return [(fact.value, fact.line, fact.attrs) for fact in facts if fact.kind == kind]


def brief(path, text):
    return [(name, line, attrs["pinned"], attrs["group"]) for name, line, attrs in found(path, text)]


@pytest.mark.parametrize(
    ("text", "name", "spec", "pinned"),
    [
        ("Flask", "flask", "", "none"),
        ("scikit_learn==1.2.0", "scikit-learn", "==1.2.0", "exact"),
        ("numpy == 1.*", "numpy", "== 1.*", "range"),
        ("numpy===1.0", "numpy", "===1.0", "exact"),
        ("a>=1,<2", "a", ">=1,<2", "range"),
        ("a==1.0,!=1.1", "a", "==1.0,!=1.1", "exact"),
        ("a (>=1.0)", "a", ">=1.0", "range"),
        ("ray[default, tune]~=2.0", "ray", "~=2.0", "range"),
        ("zope.interface", "zope-interface", "", "none"),
        ("a==1; python_version < '3.9'", "a", "==1", "exact"),
        ("a ; extra == 'x'", "a", "", "none"),
        ("m @ git+https://h/o/m.git@" + "a" * 40, "m", "git+https://h/o/m.git@" + "a" * 40, "exact"),
        ("m @ git+https://h/o/m.git@main", "m", "git+https://h/o/m.git@main", "none"),
        ("git+https://h/o/My_Repo.git@v1", "my-repo", "git+https://h/o/My_Repo.git@v1", "none"),
        ("git+https://h/o/x.git#egg=other", "other", "git+https://h/o/x.git#egg=other", "none"),
        (
            "https://h/en_core-3.0.0-py3-none-any.whl",
            "en-core",
            "https://h/en_core-3.0.0-py3-none-any.whl",
            "exact",
        ),
    ],
)
def test_requirement(text, name, spec, pinned):
    read_back = parse(text)
    assert read_back is not None
    assert (read_back.name, read_back.spec, read_back.pinned) == (name, spec, pinned)


@pytest.mark.parametrize("text", ["", "=1.0", "this is prose", "{{ name }}", "<html>", "-- foo", "a=1"])
def test_no_requirement(text):
    assert parse(text) is None


_NAMES = st.from_regex(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,20}[A-Za-z0-9])?", fullmatch=True)
_VERSIONS = st.from_regex(r"[0-9]{1,3}(\.[0-9]{1,3}){0,3}", fullmatch=True)


@given(name=_NAMES, operator=st.sampled_from(["==", ">=", "<=", "~=", "!=", "<", ">", "==="]), version=_VERSIONS, space=st.sampled_from(["", " "]), marker=st.sampled_from(["", "; python_version<'3'", " ;sys_platform=='x'"]))  # fmt: skip
def test_every_requirement_is_read(name, operator, version, space, marker):
    got = parse(f"{name}{space}{operator}{space}{version}{marker}")
    assert got is not None
    assert got.spec == f"{operator}{space}{version}"
    assert got.pinned == ("exact" if operator.startswith("==") else "range")
    assert "_" not in got.name
    assert got.name == got.name.lower()


@given(st.text(max_size=300))
def test_any_text_is_survived(text):
    for path in ("requirements.txt", "setup.cfg", "setup.py", "DESCRIPTION", "uv.lock", "Pipfile.lock", "pixi.lock", "renv.lock", "pyproject.toml"):  # fmt: skip
        facts = read(path, text.encode("utf-8", "replace"))
        for fact in facts.facts:
            assert 1 <= fact.line <= text.replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1


def test_requirements_file():
    text = """\
    # numpy==0.0
    -i https://index.invalid/simple
    --extra-index-url=https://x.invalid
    numpy==1.2.3  # why
    pandas>=1 ; python_version > "3"
    torch==2.0.0 \\
        --hash=sha256:aa \\
        --hash=sha256:bb

    -e .
    -e git+https://h/o/tool.git#egg=tool
    ./libs/mine[extra]
    -r base.txt
    -cconstraints.txt
    {{ cookiecutter.extra }}
    ??
    last
    """
    assert brief("requirements.txt", text) == [
        ("numpy", 4, "exact", "main"),
        ("pandas", 5, "range", "main"),
        ("torch", 6, "exact", "main"),
        (".", 10, "none", "main"),
        ("tool", 11, "none", "main"),
        ("./libs/mine", 12, "none", "main"),
        ("last", 17, "none", "main"),
    ]
    assert found("requirements.txt", text, "include-requirements") == [
        ("base.txt", 13, {"constraint": "no"}),
        ("constraints.txt", 14, {"constraint": "yes"}),
    ]
    facts = read("requirements.txt", textwrap.dedent(text).encode())
    assert [(problem.line, problem.message) for problem in facts.problems] == [
        (15, "template, not read"),
        (16, "not a requirement: '??'"),
    ]
    assert not found("requirements.txt", text, "locked")
    assert facts.facts[2].attrs["hashed"] == "yes"
    assert facts.facts[3].attrs["ecosystem"] == "local"


@pytest.mark.parametrize(
    ("path", "group"),
    [
        ("requirements.txt", "main"),
        ("requirements-dev.txt", "dev"),
        ("dev-requirements.in", "dev"),
        ("requirements/test.txt", "test"),
        ("docs/requirements.txt", "docs"),
        ("services/api/requirements.txt", "main"),
    ],
)
def test_group_by_file_name(path, group):
    assert matches(path)
    assert brief(path, "a\n") == [("a", 1, "none", group)]


@pytest.mark.parametrize(
    ("text", "locks"),
    [
        ("a==1\n    # via b\nb==2\n", [("a", "1", "no"), ("b", "2", "no")]),
        ("a==1 --hash=sha256:00\nb==2 --hash=sha256:11\n", [("a", "1", "yes"), ("b", "2", "yes")]),
        ("# This file was autogenerated by uv\na==1\n-e .\n", [("a", "1", "no")]),
        ("a==1\nb>=2\n    # via a\n", []),
        ("a==1\nb==2\n", []),
        ("", []),
    ],
)
def test_compiled_requirements_are_a_lock(text, locks):
    got = found("requirements.txt", text, "locked")
    assert [(name, attrs["version"], attrs["hashed"]) for name, _, attrs in got] == locks


def test_constraints():
    assert found("constraints.txt", "a==1\n", "constraint")[0][:2] == ("a", 1)
    assert not found("constraints.txt", "a==1\n")


def test_pyproject():
    text = """\
    [build-system]
    requires = ["hatchling>=1"]
    [project]
    name = "x"
    dependencies = [
        "Flask",  # a comment
        "scikit_learn==1.2",
        "private",
    ]
    [project.optional-dependencies]
    serve = ["uvicorn[standard]>=0.2"]
    [dependency-groups]
    test = ["pytest==8.0"]
    dev = [{include-group = "test"}, "ruff"]
    [tool.uv]
    dev-dependencies = ["old"]
    [tool.uv.sources]
    private = { git = "https://h/o/p", rev = "0123456789012345678901234567890123456789" }
    [tool.hatch.envs.docs]
    dependencies = ["mkdocs"]
    [tool.pdm.dev-dependencies]
    lint = ["flake8"]
    """
    assert brief("pyproject.toml", text) == [
        ("flask", 6, "none", "main"),
        ("scikit-learn", 7, "exact", "main"),
        ("private", 8, "exact", "main"),
        ("uvicorn", 11, "range", "serve"),
        ("pytest", 13, "exact", "test"),
        ("ruff", 14, "none", "dev"),
        ("hatchling", 2, "range", "build"),
        ("old", 16, "none", "dev"),
        ("flake8", 22, "none", "lint"),
        ("mkdocs", 20, "none", "docs"),
    ]
    assert found("pyproject.toml", text)[2][2]["source"] == "git"


def test_poetry():
    text = """\
    [tool.poetry.dependencies]
    python = "^3.10"
    pandas = "^2.0"
    numpy = "1.26.4"
    torch = { version = "2.1.0", optional = true }
    mine = { path = "../mine" }
    forked = { git = "https://h/o/f", rev = "0123456789012345678901234567890123456789" }
    multi = [{ version = "<2", python = "<3.9" }, { version = "==2.0", python = ">=3.9" }]
    [tool.poetry.extras]
    gpu = ["torch"]
    [tool.poetry.dev-dependencies]
    black = "*"
    [tool.poetry.group.test.dependencies]
    pytest = "8.1.*"
    """
    assert brief("pyproject.toml", text) == [
        ("pandas", 3, "range", "main"),
        ("numpy", 4, "exact", "main"),
        ("torch", 5, "exact", "gpu"),
        ("mine", 6, "none", "main"),
        ("forked", 7, "exact", "main"),
        ("multi", 8, "range", "main"),
        ("multi", 8, "exact", "main"),
        ("black", 12, "none", "dev"),
        ("pytest", 14, "range", "test"),
    ]


def test_pixi_pipfile_and_setuptools_dynamic():
    assert brief("pixi.toml", '[dependencies]\npython = ">=3.11"\nnumpy = "==1.26"\n[feature.cuda.pypi-dependencies]\ntorch = "==2.1"\n[target.linux-64.dependencies]\nmkl = "*"\n') == [
        ("python", 2, "range", "main"),
        ("numpy", 3, "exact", "main"),
        ("torch", 5, "exact", "cuda"),
        ("mkl", 7, "none", "main"),
    ]  # fmt: skip
    assert brief("Pipfile", '[[source]]\nurl = "x"\n[packages]\nflask = "==2.0"\nx = "*"\n[dev-packages]\npytest = ">=7"\n[requires]\npython_version = "3"\n') == [
        ("flask", 4, "exact", "main"),
        ("x", 5, "none", "main"),
        ("pytest", 7, "range", "dev"),
    ]  # fmt: skip
    dynamic = '[project]\ndynamic = ["dependencies"]\n[tool.setuptools.dynamic]\ndependencies = { file = ["requirements.txt"] }\n'
    assert found("pyproject.toml", dynamic, "include-requirements") == [
        ("requirements.txt", 4, {"constraint": "no"})
    ]


def test_broken_toml_is_a_problem():
    facts = read("pyproject.toml", b"[project\nname = 1\n")
    assert facts.problems
    assert not facts.facts


def test_binary_file_is_a_problem():
    assert read("requirements.txt", b"\x00\x01\x02").problems[0].message == "a binary file: not read"
    assert brief("requirements.txt", "\ufeffa==1\r\nb\r\n") == [
        ("a", 1, "exact", "main"),
        ("b", 2, "none", "main"),
    ]
    utf16 = read("requirements.txt", "a==1\nb\n".encode("utf-16"))
    assert [fact.value for fact in utf16.facts] == ["a", "b"]


def test_setup_cfg():
    text = """\
    [metadata]
    install_requires = no
    [options]
    install_requires =
        # not this
        numpy>=1
        pandas==2.0
    tests_require = pytest; python_version>'3'
    [options.extras_require]
    serve = flask
    train =
        torch
    [other]
    install_requires = no
    """
    assert brief("setup.cfg", text) == [
        ("numpy", 6, "range", "main"),
        ("pandas", 7, "exact", "main"),
        ("pytest", 8, "none", "test"),
        ("flask", 10, "none", "serve"),
        ("torch", 12, "none", "train"),
    ]
    assert found(
        "setup.cfg", "[options]\ninstall_requires = file: requirements.txt\n", "include-requirements"
    )


def test_setup_py():
    text = """\
    from setuptools import setup
    base = ["numpy==1.0"]
    extra = base + ["scipy"]
    def reqs(path): return open(path).read().splitlines()
    "not-this"
    setup(
        name="x",
        install_requires=extra + ["pandas>=1"],  # "no"
        extras_require={"serve": ["flask"], "all": extra},
        tests_require=reqs("requirements-test.txt"),
        packages=["no"],
    )
    """
    assert brief("setup.py", text) == [
        ("numpy", 2, "exact", "main"),
        ("scipy", 3, "none", "main"),
        ("pandas", 8, "range", "main"),
        ("flask", 9, "none", "serve"),
        ("numpy", 2, "exact", "all"),
        ("scipy", 3, "none", "all"),
    ]
    assert found("setup.py", text, "include-requirements") == [
        ("requirements-test.txt", 10, {"constraint": "no"})
    ]
    assert not read("setup.py", b"a = a\nsetup(install_requires=a)").facts


def conda(text):
    documents, _ = yaml.documents(textwrap.dedent(text).encode())
    return [(fact.value, fact.line, fact.attrs.get("pinned"), fact.attrs.get("ecosystem")) for fact in read_yaml("x.yml", documents)]  # fmt: skip


def test_conda():
    text = """\
    name: env
    channels: [conda-forge]
    dependencies:
      - python=3.10
      - numpy==1.2
      - conda-forge::pandas>=1
      - scipy 1.2.*
      - pytorch=2.0=py3_0
      - pip
      - pip:
          - mlflow==2.0
          - -r requirements.txt
    """
    assert conda(text) == [
        ("python", 4, "exact", "conda"),
        ("numpy", 5, "exact", "conda"),
        ("pandas", 6, "range", "conda"),
        ("scipy", 7, "range", "conda"),
        ("pytorch", 8, "exact", "conda"),
        ("pip", 9, "none", "conda"),
        ("mlflow", 11, "exact", "pypi"),
        ("requirements.txt", 12, None, None),
    ]
    assert conda("python: 3.10\nbuild_dependencies: [pip]\ndependencies: [mlflow==2.0]\n") == [
        ("mlflow", 3, "exact", "pypi")
    ]


@pytest.mark.parametrize(
    "text",
    [
        "apiVersion: v2\nname: chart\ndependencies:\n  - name: redis\n    version: 1\n",
        "dependencies:\n  - name: redis\n",
        "dependencies: {a: 1}\n",
        "dependencies: []\n",
        "- dependencies\n",
        "version: 1\ndependencies: [a]\n",
    ],
)
def test_no_conda(text):
    assert conda(text) == []


UV = """\
version = 1
requires-python = ">=3.11"

[[package]]
name = "mine"
version = "0.1"
source = { editable = "." }
dependencies = [
    { name = "numpy" },
]

[[package]]
name = "numpy"
version = "2.0.1"
source = { registry = "x" }
sdist = { url = "u", hash = "sha256:00" }

[[package]]
name = "torch"
version = "2.1"
source = { registry = "x" }
"""
POETRY = """\
[[package]]
name = "numpy"
version = "1.0"

[package.dependencies]
name = "no"

[metadata]
lock-version = "1.1"

[metadata.files]
numpy = [{file = "x", hash = "sha256:0"}]
"""
PIPENV = json.dumps(
    {
        "_meta": {"hash": {"sha256": "x"}, "requires": {"python_version": "3"}},
        "default": {"numpy": {"hashes": ["sha256:0"], "version": "==1.0"}, "mine": {"path": "."}},
        "develop": {"pytest": {"version": "==8.0"}},
    },
    indent=4,
)
CONDA = """\
version: 1
metadata:
  channels:
  - url: x
package:
- name: numpy
  version: 1.2.3
  manager: conda
  hash:
    md5: 00
- name: numpy
  version: 1.2.3
  manager: conda
  platform: osx-64
- name: mlflow
  version: '2.0'
  manager: pip
  hash:
    sha256: sha256:00
"""
PIXI = """\
version: 6
environments:
  default:
    packages:
      linux-64:
      - conda: https://h/linux-64/numpy-1.2-py311_0.conda
packages:
- conda: https://h/linux-64/numpy-1.2-py311_0.conda
  sha256: 00
  md5: 00
- pypi: https://h/torch-2.1.0-cp311.whl
  name: torch
  version: 2.1.0
"""
PIXI5 = """\
version: 5
packages:
- kind: conda
  name: numpy
  version: '1.2'
  sha256: '00'
"""
RENV = json.dumps(
    {
        "R": {"Version": "4.2"},
        "Packages": {
            "DBI": {"Package": "DBI", "Version": "1.0", "Hash": "aa"},
            "Rcpp": {"Package": "Rcpp", "Version": "2.0"},
        },
    },
    indent=2,
)
NPM = json.dumps(
    {
        "lockfileVersion": 3,
        "packages": {
            "": {"name": "x"},
            "node_modules/@a/b": {"version": "1.0"},
            "node_modules/c": {"version": "2.0"},
        },
    },
    indent=2,
)
NIX = json.dumps({"nodes": {"nixpkgs": {"locked": {"owner": "o", "rev": "0a1b"}}, "root": {}}}, indent=2)


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("uv.lock", UV, [("numpy", 13, "2.0.1", "yes", "uv", "pypi"), ("torch", 19, "2.1", "no", "uv", "pypi")]),
        ("poetry.lock", POETRY, [("numpy", 2, "1.0", "yes", "poetry", "pypi")]),
        ("pdm.lock", UV, [("numpy", 13, "2.0.1", "yes", "pdm", "pypi"), ("torch", 19, "2.1", "no", "pdm", "pypi")]),
        ("pylock.toml", '[[packages]]\nname = "a_b"\nversion = "1"\n', [("a-b", 2, "1", "no", "pip", "pypi")]),
        ("pylock.dev.toml", '[[packages]]\nname = "a"\nversion = "1"\n', [("a", 2, "1", "no", "pip", "pypi")]),
        ("Pipfile.lock", PIPENV, [("numpy", 11, "1.0", "yes", "pipenv", "pypi"), ("pytest", 22, "8.0", "no", "pipenv", "pypi")]),
        ("conda-lock.yml", CONDA, [("numpy", 6, "1.2.3", "yes", "conda", "conda"), ("mlflow", 15, "2.0", "yes", "conda", "pypi")]),
        ("pixi.lock", PIXI, [("numpy", 8, "1.2", "yes", "pixi", "conda"), ("torch", 11, "2.1.0", "no", "pixi", "pypi")]),
        ("pixi.lock", PIXI5, [("numpy", 3, "1.2", "yes", "pixi", "conda")]),
        ("renv.lock", RENV, [("dbi", 6, "1.0", "yes", "renv", "cran"), ("rcpp", 11, "2.0", "no", "renv", "cran")]),
        ("package-lock.json", NPM, [("@a/b", 7, "1.0", "yes", "npm", "npm"), ("c", 10, "2.0", "yes", "npm", "npm")]),
        ("flake.lock", NIX, [("nixpkgs", 3, "0a1b", "yes", "nix", "nix")]),
        ("uv.lock", "", []),
        ("uv.lock", "[[package]]", []),
        ("renv.lock", "{", []),
    ],
)  # fmt: skip
def test_locks(path, text, expected):
    assert matches(path)
    got = [
        (name, line, attrs["version"], attrs["hashed"], attrs["tool"], attrs["ecosystem"])
        for name, line, attrs in found(path, text, "locked")
    ]
    assert got == expected


def test_long_lock_is_quick():
    block = (
        '[[package]]\nname = "p{0}"\nversion = "1.{0}"\nsource = {{ registry = "x" }}\n'
        + "wheels = [{{ hash = 'sha256:0' }}]\n" * 20
    )
    text = "".join(block.format(number) + "\n" for number in range(400)).encode()
    assert text.count(b"\n") == 10_000
    best = min(_timed(text) for _ in range(3))
    assert best < 0.06  # 5 ms on a quiet machine


def _timed(text):
    start = time.perf_counter()
    assert len(read("uv.lock", text).facts) == 400
    return time.perf_counter() - start


def test_r_and_npm():
    text = "Package: x\nDepends: R (>= 4.0), DBI\nImports:\n    dplyr (>= 1.0),\n    xgboost (== 1.7.1)\nSuggests: testthat\nTitle: a, b\n"
    assert [(name, line, attrs["pinned"], attrs["group"], attrs["ecosystem"]) for name, line, attrs in found("DESCRIPTION", text)] == [
        ("dbi", 2, "none", "main", "cran"),
        ("dplyr", 4, "range", "main", "cran"),
        ("xgboost", 5, "exact", "main", "cran"),
        ("testthat", 6, "none", "dev", "cran"),
    ]  # fmt: skip
    package = '{"dependencies": {"@a/b": "^1"},\n"devDependencies": {"c": "1.0.0"}}'
    assert brief("package.json", package) == [("@a/b", 1, "range", "main"), ("c", 2, "exact", "dev")]


@pytest.mark.parametrize(
    "path", ["src/requirements.py", "a.txt", "lock.json", "docs/requirements.md", "x.toml", "setup.js"]
)
def test_no_match(path):
    assert not matches(path)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("requirements.txt", (b"a" + b" " * 3000 + b"b\n") * 100),
        ("requirements.txt", b"a[" * 100_000),
        ("requirements.txt", b"https://" + b"/a-1.1" * 50_000),
        ("uv.lock", b"[[package]]\n" * 50_000),
        ("renv.lock", b'    "a": {\n' * 50_000),
        ("setup.py", b"(" * 50_000),
        (
            "setup.py",
            b"\n".join(b"a%d = a%d + a%d" % (i + 1, i, i) for i in range(60))
            + b'\na0=["x"]\nsetup(install_requires=a60)',
        ),
    ],
)
def test_hostile_text_takes_no_ages(path, text):
    start = time.perf_counter()
    read(path, text)
    assert time.perf_counter() - start < 10

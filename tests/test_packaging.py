"""The packages carry all that the program reads: what git tracks in rules/ and templates/ is what is installed."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

from mlops import resources

ROOT = Path(__file__).parents[1]
MADE_BY_THE_BUILD = {"rules/compiled.json", "rules/compiled-tools.json"}


def tracked(*folders: str) -> set[str]:
    listed = subprocess.run(["git", "ls-files", "-z", *folders], cwd=ROOT, check=True, capture_output=True)
    return {name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).exists()}


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    source = tmp_path_factory.mktemp("source")
    names = "\0".join(sorted(tracked()))
    archive = subprocess.run(
        ["tar", "--null", "--files-from=-", "-cf", "-"],
        cwd=ROOT,
        input=names.encode(),
        check=True,
        capture_output=True,
    )
    subprocess.run(["tar", "-xf", "-"], cwd=source, input=archive.stdout, check=True)
    out = tmp_path_factory.mktemp("sdist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", str(out)], cwd=source, check=True
    )
    return next(out.glob("*.tar.gz"))


@pytest.fixture(scope="module")
def wheel(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    unpacked = tmp_path_factory.mktemp("unpacked")
    with tarfile.open(sdist) as archive:
        archive.extractall(unpacked, filter="data")
    folder = next(unpacked.iterdir())
    out = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(out)], cwd=folder, check=True
    )
    return next(out.glob("*.whl"))


def test_the_sdist_holds_rules_and_templates(sdist: Path) -> None:
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames() if not archive.getmember(name).isdir()}
    assert {name for name in names if name.startswith(("rules/", "templates/"))} == tracked(
        "rules", "templates"
    )


def test_the_wheel_holds_rules_and_templates(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        inside = {
            name.removeprefix("mlops/_data/")
            for name in archive.namelist()
            if name.startswith("mlops/_data/")
        }
    assert inside - MADE_BY_THE_BUILD == tracked("rules", "templates")
    assert inside >= MADE_BY_THE_BUILD


def test_the_wheel_holds_the_whole_package(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert {name.removeprefix("src/") for name in tracked("src/mlops")} <= names


def test_an_editable_install_reads_the_checkout() -> None:
    assert ROOT / "rules" == resources.RULES
    assert ROOT / "templates" == resources.TEMPLATES


def test_the_installed_wheel_lints(wheel: Path, tmp_path: Path) -> None:
    folder = tmp_path / "environment"
    venv.create(folder, system_site_packages=False, with_pip=False)
    python = next((folder / "bin").glob("python3"))
    library = next((folder / "lib").glob("python3.*")) / "site-packages"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(library)  # noqa: S202  our own wheel
    # The dependencies come from the environment of the tests: only the package itself is under test.
    ours = next(path for path in map(Path, sys.path) if (path / "click").is_dir())
    (library / "dependencies.pth").write_text(str(ours), encoding="utf-8")
    project = tmp_path / "project"
    project.mkdir()
    (project / "mlops").mkdir()
    (project / "mlops" / "__init__.py").write_text("raise RuntimeError('the linted package was imported')\n")
    (project / "train.py").write_text(
        "from sklearn.linear_model import LogisticRegression\nLogisticRegression().fit([[1.0], [2.0]], [0, 1])\n"
    )
    run = "import mlops, sys; from mlops.cli import main; print(mlops.__file__); main()"
    done = subprocess.run(
        [str(python), "-P", "-c", run, "lint", "."], cwd=project, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert str(library) in done.stdout
    assert "Google 0" in done.stdout

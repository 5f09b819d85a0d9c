"""Behind a company's package index: a generated project's README works where no other index can be reached."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest
from package_index import listening, locked

from mlops.app.new import create
from mlops.catalog import load
from mlops.scaffold.answers import Answers

#: Where a request ends that does not go to this machine.
NOWHERE = "http://127.0.0.1:9"


def _commands(readme: Path) -> list[str]:
    """Return the commands under the first heading of a README, as a reader types them."""
    start = readme.read_text(encoding="utf-8").split("## Start", 1)[1].split("\n## ", 1)[0]
    return re.findall(r"^    (\S.*)$", start, re.MULTILINE)


@pytest.fixture(scope="session")
def project(tmp_path_factory) -> tuple[Path, dict[str, Path]]:
    """Make a project, and fetch what its lock names: afterwards the network ends at this machine."""
    place = tmp_path_factory.mktemp("company")
    folder = create(load(), Answers("shop", "shop", "google", 2, "gitlab-ci"), place).folder
    return folder, {path.name: path for path in locked(folder / "requirements.lock")}


def test_the_readme_leads_to_green_tests(project, tmp_path):
    folder, wheels = project
    commands = _commands(folder / "README.md")
    assert commands == ["make setup", "make source", "make train", "make test"]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "UV_"))}
    with listening(wheels) as url:
        settings = {
            "PIP_INDEX_URL": url,
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_NO_CACHE_DIR": "1",
            "HTTP_PROXY": NOWHERE,
            "HTTPS_PROXY": NOWHERE,
            "http_proxy": NOWHERE,
            "https_proxy": NOWHERE,
            "NO_PROXY": "127.0.0.1",
            "no_proxy": "127.0.0.1",
            "HOME": str(tmp_path),
        }
        said = ""
        for command in commands:
            done = subprocess.run(
                command.split(), cwd=folder, env=kept | settings, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
            said = done.stdout
    assert re.search(r"\d+ passed", said)

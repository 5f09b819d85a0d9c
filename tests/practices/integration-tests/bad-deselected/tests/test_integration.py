import subprocess

import pytest


@pytest.mark.integration
def test_pipeline():
    result = subprocess.run(["dvc", "repro"], check=True)
    assert result.returncode == 0

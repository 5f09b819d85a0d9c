import subprocess
from pathlib import Path


def test_pipeline_makes_a_model():
    result = subprocess.run(["dvc", "repro"], check=True)
    assert result.returncode == 0
    assert Path("model.joblib").stat().st_size > 0

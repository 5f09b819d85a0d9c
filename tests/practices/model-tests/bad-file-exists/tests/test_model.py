from pathlib import Path


def test_model_file_exists():
    assert Path("models/model.joblib").exists()

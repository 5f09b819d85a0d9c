import hashlib
import subprocess
from pathlib import Path

import mlflow


def record(path):
    commit = subprocess.check_output(["git", "rev-parse", "HEAD"], text=True)
    mlflow.set_tags({"git_commit": commit, "data_sha256": hashlib.sha256(Path(path).read_bytes()).hexdigest()})
    mlflow.log_param("data", path)

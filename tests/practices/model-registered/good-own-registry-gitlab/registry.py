import hashlib
import json
import shutil
from pathlib import Path

ROOT = Path("registry")


def register(name: str, path: str) -> str:
    version = hashlib.sha256(Path(path).read_bytes()).hexdigest()[:12]
    folder = ROOT / name / version
    folder.mkdir(parents=True)
    shutil.copy(path, folder)
    index = ROOT / name / "index.json"
    entries = json.loads(index.read_text()) if index.exists() else []
    index.write_text(json.dumps([*entries, version]))
    return version

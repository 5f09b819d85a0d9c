import hashlib
import json
from pathlib import Path


def write_manifest(path: str) -> str:
    digest = hashlib.sha256(Path(path).read_bytes()).hexdigest()
    Path("data/manifest.json").write_text(json.dumps({"path": path, "sha256": digest}))
    return digest

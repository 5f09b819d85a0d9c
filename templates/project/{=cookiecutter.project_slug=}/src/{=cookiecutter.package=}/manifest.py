"""Versions of the data: each is named by the hash of its content, kept, and never written again."""

import shutil
from pathlib import Path
from typing import Any

from {= cookiecutter.package =} import files

#: Snapshots by version. Beyond one machine, let `dvc remote` or an object store hold them (docs/scaling.md).
SNAPSHOTS = Path("data/snapshots")


def record(data: Path, rows: int, query: str, manifest: Path = files.MANIFEST) -> str:
    """Store a snapshot of the data and make it the manifest's current version; return the version."""
    digest = files.sha256_of(data)
    version = digest[:12]
    snapshot = SNAPSHOTS / f"{version}.csv"
    if not snapshot.exists():
        snapshot.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(data, snapshot)
    known = files.read_json(manifest) if manifest.exists() else {"versions": {}}
    known["current"] = version
    known["versions"][version] = {"sha256": digest, "rows": rows, "query": query, "path": snapshot.as_posix()}
    files.write_json(manifest, known)
    return version


def verify(data: Path, manifest: Path = files.MANIFEST) -> dict[str, Any]:
    """Return the manifest's entry for the data that is about to be used; raise if it is another version."""
    known = files.read_json(manifest)
    version: str = known["current"]
    entry: dict[str, Any] = known["versions"][version]
    digest = files.sha256_of(data)
    if digest != entry["sha256"]:
        raise ValueError(f"{data} is not version {version} of the manifest; ingest it again")
    return {"version": version, **entry}

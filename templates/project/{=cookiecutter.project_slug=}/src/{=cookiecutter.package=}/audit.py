{% set has = cookiecutter._practices %}
"""Who released what, why and when: a file that is only appended to, each record sealed with the one before."""

import hashlib
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from {= cookiecutter.package =} import files

RELEASES = Path("audit/releases.jsonl")
_FIRST = "0" * 64


def require_reason() -> tuple[str, str]:
    """Return actor and reason of a release. Raises when one of them is missing: nothing is released without."""
    actor = os.environ.get("RELEASE_ACTOR", "").strip()
    reason = os.environ.get("RELEASE_REASON", "").strip()
    if not actor or not reason:
        raise SystemExit("set RELEASE_ACTOR and RELEASE_REASON: every release is on record with both")
    return actor, reason


def append(
    environment: str, folder: Path, actor: str, reason: str, releases: Path = RELEASES
) -> dict[str, Any]:
    """Add the record of the release in a folder and return it."""
    release = files.read_json(folder / "release.json")
    record: dict[str, Any] = {
        "actor": actor,
        "reason": reason,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "environment": environment,
        "version": release["version"],
        "model_sha256": release["sha256"],
        "lineage": release.get("lineage", {}),
        "approval": os.environ.get("RELEASE_APPROVAL", ""),
        "previous": verify(releases),
    }
    record["seal"] = _seal(record)
    releases.parent.mkdir(parents=True, exist_ok=True)
    with releases.open("a", encoding="utf-8") as file:
        file.write(json.dumps(record, sort_keys=True) + "\n")
    return record


def _seal(record: dict[str, Any]) -> str:
    content = json.dumps({name: record[name] for name in record if name != "seal"}, sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()


def verify(releases: Path = RELEASES) -> str:
    """Return the seal of the last record. Raises if a record was changed, removed or put in between."""
    seal = _FIRST
    lines = releases.read_text(encoding="utf-8").splitlines() if releases.exists() else []
    for number, line in enumerate(lines, 1):
        record = json.loads(line)
        if record["previous"] != seal or record["seal"] != _seal(record):
            raise ValueError(f"{releases}:{number}: the record was tampered with")
        seal = record["seal"]
    return seal

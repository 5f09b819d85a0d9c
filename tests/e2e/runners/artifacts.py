"""Keep artifacts in a folder by the documented rules of GitHub's upload and download actions; started by the stand-in actions."""

# ruff: noqa: T201 - what it prints is the log of the step

import glob
import os
import shutil
import sys
from fnmatch import fnmatch
from pathlib import Path

STORE = Path(os.environ["HARNESS_ARTIFACTS"])


def _wish(name: str) -> str:
    return os.environ.get(f"ARTIFACT_{name}", "").strip()


def _files_of(pattern: str) -> set[Path]:
    found: set[Path] = set()
    for match in map(Path, glob.glob(pattern, recursive=True, include_hidden=True)):  # noqa: PTH207 - `**` and hidden files as the action has them
        found |= (
            {f.resolve() for f in match.rglob("*") if f.is_file()} if match.is_dir() else {match.resolve()}
        )
    return found


def _root(patterns: list[str], files: list[Path]) -> Path:
    """One folder is its own root; several paths keep what lies below their least common ancestor."""
    only = Path(patterns[0])
    if len(patterns) == 1 and only.is_dir():
        return only.resolve()
    if len(patterns) == 1:
        return Path(os.path.commonpath([f.parent for f in files]))
    starts = [
        p.resolve() if p.is_dir() else p.resolve().parent
        for p in map(Path, (q.split("*")[0] or "." for q in patterns))
    ]
    return Path(os.path.commonpath(starts))


def _hidden(file: Path, root: Path) -> bool:
    return any(part.startswith(".") for part in file.relative_to(root).parts)


def upload() -> int:
    """Store the files that the patterns name, hidden ones only on request."""
    lines = [line.strip() for line in _wish("PATH").splitlines() if line.strip()]
    wanted = [line for line in lines if not line.startswith("!")]
    unwanted: set[Path] = set().union(*(_files_of(line[1:]) for line in lines if line.startswith("!")))
    chosen: set[Path] = set().union(*(_files_of(line) for line in wanted)) - unwanted
    here = Path.cwd().resolve()
    if _wish("HIDDEN") != "true":
        chosen = {f for f in chosen if not _hidden(f, here if f.is_relative_to(here) else f.parent)}
    if not chosen:
        print(f"no files were found with the provided path: {wanted}")
        return 1 if _wish("MISSING") == "error" else 0
    target = STORE / _wish("NAME")
    if target.exists() and _wish("OVERWRITE") != "true":
        print(f"an artifact with this name already exists: {target.name}")
        return 1
    shutil.rmtree(target, ignore_errors=True)
    files = sorted(chosen)
    root = _root(wanted, files)
    for file in files:
        copy = target / file.relative_to(root)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, copy)  # the real service drops the permission bits too
    print(f"stored {len(files)} files as {target.name}")
    return 0


def download() -> int:
    """Fetch one artifact into the path, or several into a folder each unless they are merged."""
    name, path = _wish("NAME"), Path(_wish("PATH") or ".")
    stored = sorted(p for p in STORE.iterdir() if p.is_dir()) if STORE.is_dir() else []
    if name:
        chosen = [p for p in stored if p.name == name]
        if not chosen:
            print(f"artifact not found for name: {name}")
            return 1
    else:
        chosen = [p for p in stored if fnmatch(p.name, _wish("PATTERN") or "*")]
    for artifact in chosen:
        flat = bool(name) or _wish("MERGE") == "true"
        shutil.copytree(artifact, path if flat else path / artifact.name, dirs_exist_ok=True)
        print(f"fetched {artifact.name}")
    return 0


if __name__ == "__main__":
    sys.exit({"upload": upload, "download": download}[sys.argv[1]]())

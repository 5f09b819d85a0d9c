"""Texts merged by git."""

from __future__ import annotations

from pathlib import Path

from mlops.errors import MlopsError
from mlops.git.process import no_git, run, said

#: `git merge-file` exits with the number of conflicts, cut off here.
_MOST_CONFLICTS = 127


def merge_file(mine: bytes, base: bytes, new: bytes) -> tuple[bytes, bool] | None:
    """Merge two texts that come from one; return the result and whether it holds conflict markers.

    None means that one of them is no text.
    """
    if any(b"\0" in content for content in (mine, base, new)):
        return None
    import tempfile  # noqa: PLC0415  start-up counts: most runs merge nothing

    with tempfile.TemporaryDirectory() as work:
        for name, content in (("mine", mine), ("base", base), ("new", new)):
            Path(work, name).write_bytes(content)
        labels = ("-L", "yours", "-L", "as made", "-L", "the new level")
        try:
            done = run(work, "merge-file", "-p", *labels, "mine", "base", "new")
        except FileNotFoundError as error:
            raise no_git() from error
    if done.returncode < 0 or done.returncode > _MOST_CONFLICTS:
        raise MlopsError(f"git merge-file failed: {said(done)}; see `git --version`.")
    return done.stdout, done.returncode > 0

"""Contents of blobs."""

from __future__ import annotations

import contextlib
import subprocess
import threading
import time
from types import TracebackType
from typing import IO, Self

from mlops.errors import MlopsError
from mlops.git.process import TIMEOUT, start

#: Seconds for which one timer guards the reads.
_REARM = 10.0


class Blobs:
    """Contents of blobs, read through one `git cat-file --batch` process that ends with the context."""

    def __init__(self, path: str) -> None:
        """Remember the repository; the process starts with the first read."""
        self._path = path
        self._process: subprocess.Popen[bytes] | None = None
        self._timer: threading.Timer | None = None
        self._armed = 0.0

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the process."""
        self.close()

    def __del__(self) -> None:
        """End the process of an owner that did not."""
        self.close()

    def close(self) -> None:
        """End the process and the timer's thread."""
        if self._timer:
            self._timer.cancel()
            self._timer.join()
        process, self._process = self._process, None
        if process:
            for pipe in (process.stdin, process.stdout):
                with contextlib.suppress(OSError):
                    pipe.close()  # type: ignore[union-attr]  # both are pipes
            process.kill()
            process.wait()

    def read(self, blob: str, limit: int) -> tuple[int, bytes]:
        """Return the size of a blob (-1 if it is not in this clone) and its bytes (none of a blob over the limit)."""
        process = self._running()
        stdin, stdout = process.stdin, process.stdout
        if stdin is None or stdout is None:
            raise MlopsError("git cat-file has no pipes; try again.")
        try:
            stdin.write(blob.encode("ascii") + b"\n")
            stdin.flush()
            header = stdout.readline().split()
            if len(header) != 3:
                if header[1:] == [b"missing"]:
                    return -1, b""
                # Old git ends where a partial clone lacks a blob and may not fetch it; the next read starts anew.
                self.close()
                return -1, b""
            size = int(header[2])
            content = stdout.read(size) if size <= limit else _skip(stdout, size)
            stdout.read(1)
        except OSError:
            self.close()
            return -1, b""
        return size, content

    def _running(self) -> subprocess.Popen[bytes]:
        """Return a live process; one that does not answer for a while is stopped and replaced."""
        if self._process and self._process.poll() is not None:
            self.close()
        if not self._process:
            self._process = start(self._path, "cat-file", "--batch")
            self._armed = 0.0
        now = time.monotonic()
        if not self._armed or now - self._armed > _REARM:
            if self._timer:
                self._timer.cancel()
            self._timer = threading.Timer(TIMEOUT, self._process.kill)
            self._timer.daemon = True
            self._timer.start()
            self._armed = now
        return self._process


def _skip(stream: IO[bytes], size: int) -> bytes:
    """Read past content that is too large to keep."""
    left = size
    while left > 0:
        got = len(stream.read(min(left, 1 << 20)))
        if not got:
            break
        left -= got
    return b""

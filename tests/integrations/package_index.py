"""A package index of our own: a folder of wheels, served on this machine by the simple API (PEP 503)."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import html
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".cache" / "package-index"
LOCK = ROOT / "requirements" / "dev.txt"
#: What builds our package, and the placeholder that pre-commit installs beside the dependencies of a local hook.
BUILDERS = ("hatchling", "editables", "setuptools", "wheel")
_PIN = re.compile(r"^([A-Za-z0-9._-]+==\S+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Index:
    """A running index: where it is, and what it serves."""

    url: str
    wheel: Path
    files: dict[str, Path] = field(repr=False)


def needed(wheel: Path) -> list[Path]:
    """Return the wheels that ours needs, and those that build it, fetched once for each lock."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "making").open("w", encoding="utf-8") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)  # the workers of pytest-xdist share it
        digest = hashlib.sha256(
            LOCK.read_bytes() + (ROOT / "pyproject.toml").read_bytes() + sys.version.encode()
        )
        kept = CACHE / digest.hexdigest()[:16]
        if not (kept / "done").exists():
            shutil.rmtree(kept, ignore_errors=True)
            kept.mkdir()
            constraints = kept / "constraints"
            constraints.write_text(
                "\n".join(_PIN.findall(LOCK.read_text(encoding="utf-8"))) + "\n", encoding="utf-8"
            )
            _python("-m", "pip", "download", "--quiet", "--only-binary=:all:", "--dest", kept / "wheels",
                    "--constraint", constraints, wheel, *BUILDERS)  # fmt: skip
            next((kept / "wheels").glob("mlops_maturity-*")).unlink()
            (kept / "done").touch()
        return list((kept / "wheels").iterdir())


def built(folder: Path) -> Path:
    """Build our wheel of this moment into a folder and return it."""
    _python("-m", "hatchling", "build", "-t", "wheel", "-d", folder)
    return next(folder.glob("*.whl"))


def _python(*arguments: str | Path) -> None:
    done = subprocess.run(
        [sys.executable, *map(str, arguments)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def locked(lock: Path) -> list[Path]:
    """Return the files that a lock pins, with what builds those that are no wheels, fetched once for each lock."""
    CACHE.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256(lock.read_bytes() + sys.version.encode()).hexdigest()[:16]
    with (CACHE / f"{digest}.making").open("w", encoding="utf-8") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        kept = CACHE / digest
        if not (kept / "done").exists():
            shutil.rmtree(kept, ignore_errors=True)
            files = ("--dest", kept / "files")
            _python("-m", "pip", "download", "--quiet", "--require-hashes", "--no-deps", *files, "-r", lock)
            _python("-m", "pip", "download", "--quiet", "--only-binary=:all:", *files, "setuptools", "wheel")
            (kept / "done").touch()
        return list((kept / "files").iterdir())


@contextlib.contextmanager
def serve(wheel: Path) -> Iterator[Index]:
    """Serve our wheel with all that it needs."""
    files = {path.name: path for path in (wheel, *needed(wheel))}
    with listening(files) as url:
        yield Index(url, wheel, files)


@contextlib.contextmanager
def listening(files: dict[str, Path]) -> Iterator[str]:
    """Serve files by name, and yield the address of the index."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = unquote(self.path).rstrip("/").rsplit("/", 1)[-1]
            if self.path.startswith("/files/") and name in files:
                self._send(files[name].read_bytes(), "application/octet-stream")
            elif self.path.startswith("/simple/") and (page := _page(name, files)):
                self._send(page.encode(), "text/html")
            else:
                self.send_error(HTTPStatus.NOT_FOUND)

        def _send(self, body: bytes, kind: str) -> None:
            self.send_response(HTTPStatus.OK)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(body)

        do_HEAD = do_GET  # noqa: N815  uv asks for a wheel's size first

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the name of the base class
            """Keep silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/simple/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _page(project: str, files: dict[str, Path]) -> str:
    """Return the links of a project, with the hash of each file."""
    links = [
        f'<a href="/files/{html.escape(name)}#sha256={hashlib.sha256(path.read_bytes()).hexdigest()}">{html.escape(name)}</a>'
        for name, path in sorted(files.items())
        if _normal(_project(name)) == project
    ]
    return f"<!DOCTYPE html><html><body>{''.join(links)}</body></html>" if links else ""


def _project(file: str) -> str:
    """Return the project of a wheel (NAME-VERSION-…) or of a source distribution (NAME-VERSION.tar.gz)."""
    return file.split("-", 1)[0] if file.endswith(".whl") else file.rsplit("-", 1)[0]


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()

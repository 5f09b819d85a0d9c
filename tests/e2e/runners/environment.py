"""One environment with the union of what generated projects lock, which each of their jobs takes up in a second."""

import fcntl
import hashlib
import shutil
import sys
from pathlib import Path

from runners.tools import ROOT, HarnessError, call, tool

LOCK = ROOT / "templates" / "lock" / "requirements.txt"
CACHE = ROOT / ".cache" / "generated"
#: Commands of the CI machine that reach beyond it: each call is written down, and nothing happens.
RECORDED = ("docker", "apt-get")
RELATIVE = "#!/bin/sh\n'''exec' \"$(dirname \"$0\")/python\" \"$0\" \"$@\"\n' '''\n"
PYTHON = """#!/bin/sh
# `python -m venv` copies an environment in which the locked packages are installed already.
if [ "$1" = -m ] && [ "$2" = venv ]; then
  rm -rf "$3" && cp -a "{template}" "$3"
else
  exec "{python}" "$@"
fi
"""
RECORDER = """#!/bin/sh
printf '%s' "{name}" >> "{calls}" && for word in "$@"; do printf ' %s' "$word" >> "{calls}"; done && echo >> "{calls}"
"""

GH = """#!/bin/sh
if [ "$1" = auth ]; then exit 1; fi # act itself asks for a token
echo "gh $*" >> "{calls}"
case "$1 $2" in
  "api "*) if [ -d "{state}" ]; then echo 1; fi ;;
  "run download") cp -R "{state}/." . ;;
  "release create") ;;
  *) exit 64 ;;
esac
"""


def template() -> Path:
    """Return an environment to copy: pip of its own, everything else from the union of all locks, made once."""
    digest = hashlib.sha256(LOCK.read_bytes() + sys.version.encode()).hexdigest()[:16]
    home = CACHE / digest
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "making").open("w", encoding="utf-8") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)  # the workers of pytest-xdist share it
        if not (home / "done").exists():
            for old in CACHE.iterdir():
                shutil.rmtree(old, ignore_errors=True)
            _make(home)
            (home / "done").touch()
    return home / "template"


def union() -> Path:
    """Return the environment that holds all that generated projects lock."""
    return template().parent / "union"


def _make(home: Path) -> None:
    union, copied = home / "union", home / "template"
    _insist("uv", "venv", "--quiet", "--python", sys.executable, union)
    _insist(
        "uv",
        "pip",
        "install",
        "--quiet",
        "--python",
        union / "bin" / "python",
        "--require-hashes",
        "--requirement",
        LOCK,
    )
    _insist(sys.executable, "-m", "venv", copied)
    (packages,) = union.glob("lib/python*/site-packages")
    (own,) = copied.glob("lib/python*/site-packages")
    (own / "union.pth").write_text(f"import site; site.addsitedir({str(packages)!r})\n", encoding="utf-8")
    for script in (union / "bin").iterdir():
        target = copied / "bin" / script.name
        if script.is_symlink() or target.exists() or not script.is_file():
            continue
        head, _, body = script.read_bytes().partition(b"\n")
        if head.startswith(b"#!") and b"python" in head:
            target.write_bytes(RELATIVE.encode() + body)
        else:
            shutil.copyfile(script, target)
        target.chmod(0o755)
    for script in copied.glob("bin/pip*"):
        script.write_text(
            RELATIVE + "import sys\nfrom pip._internal.cli.main import main\nsys.exit(main())\n",
            encoding="utf-8",
        )


def _insist(*argv: str | Path) -> None:
    command = [Path(sys.executable).with_name("uv"), *argv[1:]] if argv[0] == "uv" else list(argv)
    done = call(command, ROOT)
    if done.code:
        raise HarnessError(f"{' '.join(map(str, argv))} failed: {done.text[-3000:]}")


def machine(folder: Path, state: Path | None = None) -> Path:
    """Make the commands of a CI machine in a folder for PATH: Python, kubectl, and recorders for what reaches out.

    `state` is what GitHub's command line finds as the artifact of the last delivery.
    """
    folder.mkdir(parents=True)
    for name in ("python", "python3"):
        (folder / name).write_text(
            PYTHON.format(template=template(), python=sys.executable), encoding="utf-8"
        )
    for name in RECORDED:
        (folder / name).write_text(RECORDER.format(name=name, calls=folder / "calls.txt"), encoding="utf-8")
    (folder / "gh").write_text(
        GH.format(calls=folder / "calls.txt", state=state or folder / "nothing"), encoding="utf-8"
    )
    for path in folder.iterdir():
        path.chmod(0o755)
    (folder / "kubectl").symlink_to(tool("kubectl"))
    return folder


def recorded(folder: Path) -> list[str]:
    """Return the calls of the commands that only write them down."""
    calls = folder / "calls.txt"
    return calls.read_text(encoding="utf-8").splitlines() if calls.exists() else []

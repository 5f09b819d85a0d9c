"""The command line: one command a file, loaded when it is called, and one boundary for errors."""

from __future__ import annotations

import gc
import importlib
import importlib.util
import os
import sys
from typing import NoReturn

import click

from mlops import __version__
from mlops.errors import MlopsError

#: Command -> module below this package.
COMMANDS = {
    "attest": "attest",
    "explain": "explain",
    "gate": "gate",
    "init": "init",
    "lint": "lint",
    "list": "list_",
    "new": "new",
    "plan": "plan",
    "upgrade": "upgrade",
    "waive": "waive",
}
_INTERRUPTED = 130
_OUR_BUG = 3
_USAGE = 2
#: A run is short and keeps nearly all that it makes: collecting seldom saves a fifth of its time, never at all would
#: keep the walks over all files in memory.
_COLLECT = (50_000, 20, 1_000)


class _Lazy(click.Group):
    """A group that imports a command's module only when it is named."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return sorted(name for name, module in COMMANDS.items() if _exists(module))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        module = COMMANDS.get(cmd_name)
        if module is None or not _exists(module):
            return None
        command: click.Command = importlib.import_module(f"mlops.cli.{module}").command
        return command


def _exists(module: str) -> bool:
    return importlib.util.find_spec(f"mlops.cli.{module}") is not None


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="mlops")
def cli() -> None:
    """Scaffold ML repositories for an MLOps maturity level, and tell which level a repository really has."""


def main() -> None:
    """Run the command line; exit with 0, 1 (missed or regressed), 2 (wrong usage), 3 (our bug) or 130."""
    gc.set_threshold(*_COLLECT)
    try:
        code = cli.main(standalone_mode=False, prog_name="mlops")
        if sys.stdout is not None:
            sys.stdout.flush()
    except MlopsError as error:
        _leave(error.exit_code, str(error))
    except click.ClickException as error:
        error.show()
        _leave(_USAGE)
    except (KeyboardInterrupt, click.Abort):
        _leave(_INTERRUPTED, "interrupted")
    except BrokenPipeError:
        _leave(0)  # the reader of our output has gone (`mlops lint | head`): nothing is wrong
    except Exception as error:
        if os.environ.get("MLOPS_DEBUG"):
            raise
        if isinstance(error, OSError) and error.filename is None:
            _leave(_USAGE, f"the output cannot be written: {error.strerror}")
        what = f"{type(error).__name__}: {error}"
        _leave(_OUR_BUG, f"internal error: {what}; MLOPS_DEBUG=1 shows where. Please report it")
    _leave(code if isinstance(code, int) else 0)


def _leave(code: int, message: str = "") -> NoReturn:
    """Say why, and exit; what the interpreter still holds for a closed pipe goes nowhere."""
    if message:
        _say(message)
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(code)


def _say(text: str) -> None:
    click.echo(f"mlops: {text}", err=True)

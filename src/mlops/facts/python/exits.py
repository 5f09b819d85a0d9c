"""Tell the calls and exceptions that end a program, or a test, with a failure."""

from __future__ import annotations

from mlops.facts.python.state import CallRecord

_EXITS = frozenset({"sys.exit", "exit", "quit", "os._exit", "_exit", "ctx.exit", "context.exit"})
_FAILS = frozenset(
    {
        "os.abort",
        "pytest.exit",
        "ctx.fail",
        "ctx.abort",
        "parser.error",
        "argparser.error",
        "arg_parser.error",
    }
)
_RAISES = frozenset({"pytest.fail", "self.fail"})
_SKIPS = frozenset({"pytest.skip", "self.skipTest", "pytest.xfail"})
_FINE = frozenset({"", "0", "None", "False"})
_CLICK = frozenset(
    {"ClickException", "UsageError", "BadParameter", "Abort", "BadOptionUsage", "NoSuchOption", "FileError"}
)
_COUNTED = frozenset({"SystemExit", "Exit"})


def leaves(call: CallRecord) -> tuple[bool, bool, bool]:
    """Return whether a call ends the code it is in, whether it raises, and whether it exits with a failure."""
    symbol = call.symbol
    if symbol in _EXITS:
        return True, False, _failing(call)
    if symbol in _FAILS:
        return True, False, True
    if symbol in _RAISES:
        return True, True, False
    return symbol in _SKIPS, False, False


def raised(symbol: str, call: CallRecord | None) -> tuple[bool, bool]:
    """Return whether raising this is a failure by exception, and whether it exits with a failure."""
    last = symbol.rpartition(".")[2]
    if last in _COUNTED:
        fails = call is not None and _failing(call)
        return fails, fails
    return True, last in _CLICK or symbol.startswith("click.exceptions.")


def _failing(call: CallRecord) -> bool:
    """Return whether the exit code of a call is not 0; one that is computed counts as a failure."""
    if call.args:
        return call.args[0] not in _FINE - {""}
    code = next((value for name, value in call.keywords if name in {"code", "status"}), None)
    return code is not None and code not in _FINE - {""}

"""The errors that a user meets, each with its exit code.

MlopsError            2  wrong usage, configuration, ref, baseline, unreadable path or output
└── RuleError         2  a broken rule file: names file, line and remedy
"""

from __future__ import annotations


class MlopsError(Exception):
    """One clear sentence with the remedy; the command line prints it and exits with `exit_code`."""

    exit_code = 2


class RuleError(MlopsError):
    """A rule file (ours or a user's) that cannot be used."""

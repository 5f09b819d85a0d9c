"""The help of every command as text, for the documentation."""

from __future__ import annotations

import click

from mlops.cli import cli


def helps() -> dict[str, str]:
    """Return each command with its help, at 100 columns whatever the terminal."""
    top = click.Context(cli, info_name="mlops", terminal_width=100)
    found = {"mlops": top.get_help()}
    for name in cli.list_commands(top):
        command = cli.get_command(top, name)
        if command is not None:
            context = click.Context(command, info_name=name, parent=top, terminal_width=100)
            found[f"mlops {name}"] = command.get_help(context)
    return found

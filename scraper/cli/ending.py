"""How a command ends that cannot do its work: one line on standard error, and an exit code."""

from __future__ import annotations

import click


class Failed(click.ClickException):
    """An input or a store failed: exit code 1."""

    exit_code = 1

    def show(self, file: object = None) -> None:  # noqa: ARG002 - click's signature
        """Print the one line on stderr."""
        click.echo(f"chaffinch: {self.format_message()}", err=True)


class WrongUse(Failed):
    """The command was used wrongly: exit code 2."""

    exit_code = 2

"""How a command ends that cannot do its work: one line on standard error, and an exit code."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from typing import TextIO


class Failed(click.ClickException):
    """An input or a store failed: exit code 1."""

    exit_code = 1

    def show(self, file: object = None) -> None:  # noqa: ARG002 - click's signature
        """Print the one line on stderr."""
        click.echo(f"chaffinch: {self.format_message()}", err=True)


class WrongUse(Failed):
    """The command was used wrongly: exit code 2."""

    exit_code = 2


def silence(*streams: TextIO) -> None:
    """Send what is still buffered nowhere: the interpreter flushes at exit, and would complain."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in streams:
        os.dup2(nowhere, stream.fileno())

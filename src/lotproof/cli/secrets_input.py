"""Passwords and codes from a person at a terminal, or from a file descriptor for scripts; never from the command line."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from lotproof.workspace.credentials import Given
    from lotproof.workspace.people import Person

password_option = click.option(
    "--password-fd", type=click.IntRange(0), default=None, metavar="N",
    help="Read from file descriptor N instead of asking: a line for each password or code, in the order they would be asked for.",
)  # fmt: skip


class Asking:
    """Asks, or reads lines."""

    def __init__(self, descriptor: int | None) -> None:
        """Read from `descriptor`, or ask where it is None."""
        try:
            self._lines = os.fdopen(descriptor, encoding="utf-8", closefd=False) if descriptor is not None else None
        except OSError:
            raise click.UsageError(f"--password-fd {descriptor}: there is no such open descriptor; write 3< FILE and give 3.") from None

    def secret(self, what: str, twice: bool = False) -> str:
        """One password or code; a new password is asked for twice at a terminal."""
        if self._lines is None:
            found: str = click.prompt(what, hide_input=True, err=True, confirmation_prompt=twice)
            return found
        line = self._lines.readline()
        if not line:
            raise click.UsageError(f"--password-fd: the descriptor ended before: {what}.")
        return line.rstrip("\r\n")

    def given(self, person: Person, first: bool) -> Given:
        """What a person enters for one signature."""
        from lotproof.workspace.credentials import Given

        password = self.secret(f"Password of {person.user_id}")
        return Given(password, self.secret("Code of the authenticator") if person.totp and first else None)

"""What a place can do, whatever it is: tell what lies there, hand it over, put it away with a receipt."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from lotproof.exchange.drop.settings import DropError, Folder, Imap, Place, Sftp
from lotproof.exchange.drop.still import Seen


class FileTrouble(Exception):
    """One file cannot be fetched, now; the text says why. It stays where it is and is tried again."""


class NeverFetched(FileTrouble):
    """One file will never be fetched; the text says why. It goes to the folder for what failed."""


@dataclass(frozen=True)
class Away:
    """Where something goes."""

    folder: str
    """The folder for what was taken in, or for what failed, as the place names it."""
    name: str
    """Its name there."""
    receipt: bytes
    """The receipt, written as NAME.receipt.json."""


class Spot(Protocol):
    """A place, connected."""

    grows: bool
    """Whether what lies there may still be written to."""
    letters: bool
    """Whether what lies there are e-mails, whose attachments are meant."""

    def look(self) -> list[Seen]:
        """What lies there. DropError where the place cannot be looked into."""

    def fetch(self, seen: Seen, target: Path) -> None:
        """Copy one into a file; FileTrouble where it cannot be, or changed meanwhile."""

    def free(self, folder: str, name: str, other: str) -> str:
        """The name that it can have in a folder: its own, or the other one where something has that already."""

    def put_away(self, seen: Seen, away: Away) -> None:
        """Write the receipt, then move. Bears being called again after a crash at any moment.

        What changed since it was fetched is another file by now and stays.
        """

    def close(self) -> None:
        """End."""


def connect(place: Place, root: Path) -> Spot:
    """Connect to a place; DropError where it is down or refuses. ``root`` is the workspace's folder."""
    if isinstance(place, Folder):
        from lotproof.exchange.drop.local import LocalSpot

        return LocalSpot(place, root)
    if isinstance(place, Sftp):
        from lotproof.exchange.drop.sftp import SftpSpot

        return SftpSpot(place, root)
    if isinstance(place, Imap):
        from lotproof.exchange.drop.imap import ImapSpot

        return ImapSpot(place, root)
    raise DropError(f"{place.where} is of a kind that nobody knows.")


def keyed(name: str, key: str) -> str:
    """Another name for a file, with the key before its ending."""
    stem, dot, ending = name.rpartition(".")
    return f"{stem}.{key}.{ending}" if dot and stem else f"{name}.{key}"

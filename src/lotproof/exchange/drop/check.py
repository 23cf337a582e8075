"""Whether a place can be used: looked into, nothing taken."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from lotproof.exchange.drop.settings import DropError, Place
from lotproof.exchange.drop.spots import connect


@dataclass(frozen=True)
class Checked:
    """What a look at a place gave."""

    name: str
    """Its name."""
    kind: str
    """folder, sftp, imap or letters."""
    ok: bool
    """Whether it can be used."""
    told: str
    """What lies there, or why it cannot be used."""


def check(place: Place, root: Path) -> Checked:
    """Connect and look."""
    try:
        spot = connect(place, root)
        try:
            found = spot.look()
        finally:
            spot.close()
    except DropError as error:
        return Checked(place.name, place.kind, False, str(error))
    what = "mail" if spot.letters else "file"
    return Checked(place.name, place.kind, True, f"{len(found)} {what}{'' if len(found) == 1 else 's'} there now.")

"""The drop folders as the page of files shows them: each place, whether it answers, what came last."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lotproof.exchange.drop.rounds import Known, read_state
from lotproof.exchange.drop.settings import DropError, read_settings


def drops(root: Path) -> dict[str, Any]:
    """For the template: ``places`` in the order of drop.toml, and ``trouble`` where that cannot be read."""
    try:
        found = read_settings(root)
    except DropError as error:
        return {"places": [], "trouble": str(error)}
    state = read_state(root)
    places = [(place, state.get(place.name, Known())) for place in (found.places if found else ())]
    return {
        "trouble": "",
        "places": [
            {"name": place.name, "kind": place.kind, "down": known.told, "looked": known.looked, "last": known.last}
            | {"troubles": list(known.troubles.values())}
            for place, known in places
        ],
    }

"""Export notes: a text in the delivery that states zones, date forms and the meaning of status words."""

from __future__ import annotations

import re

from lotproof.intake.profile import Statement
from lotproof.intake.vocabulary import state_from_definition
from lotproof.intake.zones import zone_in

_PLANT = re.compile(r"^[ \t]*(?:plant |site |local |werks?)?(?:time[ \t]*zone|zeitzone)[ \t]*[:=][ \t]*(\S+)[ \t\r]*$", re.I | re.M)
_ALL = re.compile(r"\b(?:all|alle|every|sämtliche)\b[^.\n]*?\b(?:times?|timestamps?|zeiten|zeitangaben|zeitstempel)\b[^\n]*", re.I)
_FILE = re.compile(r"^[ \t]*(?P<name>[^\s:][^:;|\t\n]*\.[A-Za-z0-9]{2,6})[ \t]*:[ \t]*(?P<text>.+)$", re.M)
_WORD = re.compile(r"^[ \t]+(?P<word>[^=\s][^=;|\t\n]{0,39}?)[ \t]*=[ \t]*(?P<text>.+)$", re.M)
_DATES = (
    (re.compile(r"DD[./-]MM[./-]YYYY|TT[./-]MM[./-]JJJJ", re.I), "DMY"),
    (re.compile(r"MM[./-]DD[./-]YYYY", re.I), "MDY"),
    (re.compile(r"YYYY-?MM-?DD|ISO 8601", re.I), "YMD"),
)


def is_export_note(text: str) -> bool:
    """Whether a text states a plant's zone and says something about files or words."""
    return _zone_of_all(text) is not None or (bool(_PLANT.search(text)) and bool(_FILE.search(text) or _WORD.search(text)))


def read_export_note(text: str) -> tuple[Statement, ...]:
    """What the note states, as statements about the files that it names."""
    found = _PLANT.search(text)
    plant = zone_in(found[1]) if found else None
    words = {}
    for match in _WORD.finditer(text):
        if step := state_from_definition(match["text"]):
            words[match["word"].strip()] = step
    statements = [Statement(match="*", zone=_zone_of_all(text), words=words)]
    statements += [_about(match["name"].strip(), match["text"], plant) for match in _FILE.finditer(text)]
    return tuple(statements)


def _zone_of_all(text: str) -> str | None:
    """The zone of a sentence such as "All times are local, Europe/Berlin"; None where no sentence speaks of all times."""
    return next((zone for found in _ALL.finditer(text) if (zone := zone_in(found[0]))), None)


def _about(name: str, text: str, plant: str | None) -> Statement:
    lowered = text.lower()
    zone = plant if "local" in lowered or "ortszeit" in lowered else zone_in(text)
    dates = next((order for pattern, order in _DATES if pattern.search(text)), None)
    decimal = "," if "decimal comma" in lowered or "dezimalkomma" in lowered else None
    return Statement(match=name, zone=zone, dates=dates, decimal=decimal)

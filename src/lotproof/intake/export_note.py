"""Export notes: a text in the delivery that states zones, date forms and the meaning of status words."""

from __future__ import annotations

import re

from lotproof.intake.definitions import plain, state_from_definition
from lotproof.intake.profile import Statement
from lotproof.intake.zones import zone_in

_ZONE = (
    r"time[ \t]*zone|zeitzone|fuseau[ \t]+horaire|huso[ \t]+horario|zona[ \t]+horaria|fuso[ \t]+orario|tijdzone|strefa[ \t]+czasowa"
    r"|fuso[ \t]+hor[aá]rio|saat[ \t]+dilimi"
)
"""What a time zone is called."""
_WORDS = r"(?:[^\W\d_][\w.'’-]*[ \t]+){0,4}"
_PLANT = re.compile(rf"^[ \t]*{_WORDS}(?:werk)?(?:{_ZONE})(?:[ \t]+{_WORDS}[^\W\d_][\w.'’-]*)?[ \t]*[:=][ \t]*(\S+)[ \t\r]*$", re.I | re.M)
_ALL = re.compile(
    r"\b(?:all|alle|every|sämtliche|tous|toutes|todos|todas|tutti|tutte|wszystkie|tüm)\b[^.\n]*?\b(?:times?|timestamps?|zeiten|zeitangaben"
    r"|zeitstempel|heures|horodatages|horas|orari|tijden|czasy|hor[aá]rios|saatler|zamanlar)\b[^\n]*", re.I,
)  # fmt: skip
_LOCAL = ("local", "ortszeit", "lokal", "miejscow", "yerel", "plaatselijk")
"""What says that times are those of the plant."""
_COMMA = ("decimal comma", "dezimalkomma", "virgule decimale", "coma decimal", "virgola decimale", "decimale komma", "przecinek dziesietny",
          "virgula decimal", "ondalik virgul")  # fmt: skip
_FILE = re.compile(r"^[ \t]*(?P<name>[^\s:][^:;|\t\n]*\.[A-Za-z0-9]{2,6})[ \t]*:[ \t]*(?P<text>.+)$", re.M)
_WORD = re.compile(r"^[ \t]+(?P<word>[^=\s][^=;|\t\n]{0,39}?)[ \t]*=[ \t]*(?P<text>.+)$", re.M)
_DAY, _MONTH, _YEAR = "(?:DD|TT|JJ|GG)", "(?:MM|AA)", "(?:YYYY|JJJJ|AAAA|RRRR)"
_DATES = (
    (re.compile(rf"\b{_DAY}[./-]{_MONTH}[./-]{_YEAR}\b", re.I), "DMY"),
    (re.compile(rf"\b{_MONTH}[./-]{_DAY}[./-]{_YEAR}\b", re.I), "MDY"),
    (re.compile(rf"\b{_YEAR}-?{_MONTH}-?{_DAY}\b|ISO 8601", re.I), "YMD"),
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
    said = plain(text)
    zone = plant if any(word in said for word in _LOCAL) else zone_in(text)
    dates = next((order for pattern, order in _DATES if pattern.search(text)), None)
    decimal = "," if any(words in said for words in _COMMA) else None
    return Statement(match=name, zone=zone, dates=dates, decimal=decimal)

"""Names of time zones."""

from __future__ import annotations

import re
import zoneinfo

from lotproof.intake.problem import SourceProblem

_NO_PLACES = {"localtime", "posixrules", "Factory"}
"""Names that zone databases hold and that say nothing about a place."""
_OFFSET = re.compile(r"(?<!/)\b(?:UTC|GMT)\s*(?P<sign>[+\-\u2212])\s*(?P<hours>\d{1,2})(?::?(?P<minutes>\d{2}))?(?!\d)")
_NAME = re.compile(r"\b(?:((?i:UTC|GMT))\b|([A-Z][A-Za-z]+(?:/[A-Za-z0-9_+-]+)+))")


def check_zone(zone: str, where: str) -> str:
    """Return the zone's name; SourceProblem where it is none."""
    try:
        zoneinfo.ZoneInfo(zone)
        if zone in _NO_PLACES:
            raise ValueError(zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise SourceProblem(f'{where}: "{zone}" is no time zone; write Area/City, for example Europe/Berlin, or UTC.') from error
    return zone


def is_zone(zone: str) -> bool:
    """Whether this names a time zone."""
    try:
        check_zone(zone, "")
    except SourceProblem:
        return False
    return True


def zone_in(text: str) -> str | None:
    """The zone that a text states, by name or as a whole number of hours from UTC; None where it states none.

    "(UTC+01:00) Amsterdam, Berlin" is how Windows shows a zone that changes its clocks: it is no fixed offset, so it
    states none.
    """
    if offset := _OFFSET.search(text):
        hours = int(offset["hours"])
        if text.lstrip().startswith("(") or offset["minutes"] not in (None, "00") or hours > 14:
            return None
        zone = f"Etc/GMT{'-' if offset['sign'] == '+' else '+'}{hours}" if hours else "UTC"
        return zone if is_zone(zone) else None
    if text.strip() == "Z":
        return "UTC"
    names = (found[1].upper() if found[1] else found[2] for found in _NAME.finditer(text))
    return next((name for name in names if is_zone(name)), None)

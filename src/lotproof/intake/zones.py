"""Names of time zones."""

from __future__ import annotations

import zoneinfo

from lotproof.intake.problem import SourceProblem


def check_zone(zone: str, where: str) -> str:
    """Return the zone's name; SourceProblem where it is none."""
    try:
        zoneinfo.ZoneInfo(zone)
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

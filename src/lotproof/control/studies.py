"""Studies of measurement systems from tables, as documents."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from lotproof.control.table import Table, read_table
from lotproof.stats.measure import agreement as attribute
from lotproof.stats.measure import gauge as variable
from lotproof.stats.measure import grades as symbols
from lotproof.stats.measure.calibration import Instrument, due_list
from lotproof.stats.problem import MethodProblem


def agreement(path: Path, bad: str) -> dict[str, Any]:
    """The attribute study of a table; what is not defined is None."""
    table = read_table(path)
    standard = table.words("standard") if table.has("standard") else ("",) * len(table.rows)
    rows = zip(table.words("part"), table.words("appraiser"), table.words("answer"), standard, strict=True)
    return _known(asdict(attribute.agreement([attribute.Rating(*row) for row in rows], bad)))


def agreement_lines(told: dict[str, Any]) -> Iterator[str]:
    """The study for a person."""
    for one in told["appraisers"]:
        yield f"{one['name']}: agrees with itself on {_share(one['within'])}, kappa {_number(one['fleiss_within'])}"
        if one["with_standard"]:
            pooled = _number(one["cohen_pooled"])
            yield f"  with the standard on {_share(one['with_standard'])}, kappa {pooled} (Cohen, pooled): {one['verdict']}"
        if one["miss_rate"] is not None:
            alarms = 100 * (one["false_alarm_rate"] or 0)
            yield f"  misses {100 * one['miss_rate']:.1f} % of bad looks, false alarms {alarms:.1f} % of good ones"
    yield f"all with each other on {_share(told['between'])}, kappa {_number(told['fleiss_between'])}"
    if told["all_with_standard"]:
        yield f"all with the standard on {_share(told['all_with_standard'])}, kappa {_number(told['cohen_all_standard'])}"
    for warning in told["warnings"]:
        yield f"note: {warning}"


def gauge(path: Path, tolerance: float | None, pool: str) -> dict[str, Any]:
    """The variables study of a table, by variances and by ranges."""
    table = read_table(path)
    rows = list(zip(table.words("part"), table.words("operator"), table.numbers("value"), strict=True))
    values = variable.matrix(rows)
    by_variance = variable.crossed(values, variable.POOL[pool], tolerance)
    ranges = asdict(variable.ranges(values)) if values.shape[2] > 1 else None
    return _known(
        {"parts": values.shape[0], "operators": values.shape[1], "trials": values.shape[2], **asdict(by_variance), "ranges": ranges}
    )


def gauge_lines(told: dict[str, Any]) -> Iterator[str]:
    """The study for a person."""
    size = f"{told['parts']} parts, {told['operators']} operators, {told['trials']} trials"
    yield f"{size}: {told['verdict']}, {told['distinct']} distinct categories"
    for name, part in told["components"].items():
        tolerance = f", {part['tolerance']:.1f} % of the tolerance" if part["tolerance"] is not None else ""
        shares = f"{part['contribution']:6.2f} % of it, {part['study']:6.2f} % of the study"
        yield f"  {name:<16} variance {part['variance']:<12.6g} {shares}{tolerance}"


def due(path: Path, today: date, soon: int) -> dict[str, Any]:
    """The due list of a table of instruments."""
    table = read_table(path)
    cards = table.words("card_expires") if table.has("card_expires") else ("",) * len(table.rows)
    days = table.numbers("days")
    instruments = [
        Instrument(name, _day(table, "calibrated", cell, at), int(days[at]), _day(table, "card_expires", card, at))
        for at, (name, cell, card) in enumerate(zip(table.words("instrument"), table.words("calibrated"), cards, strict=True))
    ]
    found = [{**asdict(one), "due": one.due.isoformat() if one.due else None} for one in due_list(instruments, today, soon)]
    return {"today": today.isoformat(), "instruments": found, "overdue": sum(one["status"] not in ("valid", "due soon") for one in found)}


def graded(path: Path) -> dict[str, Any]:
    """Symbols of a table of scans."""
    table = read_table(path)
    names = [name for name in table.columns if name.lower() != "symbol"]
    columns = {name.lower(): table.numbers(name, empty=True) for name in names}
    scans: dict[str, list[dict[str, float]]] = {}
    for at, symbol in enumerate(table.words("symbol")):
        scans.setdefault(symbol, []).append({name: values[at] for name, values in columns.items() if values[at] == values[at]})
    found = [{"symbol": symbol, "scans": len(rows), **asdict(symbols.grade(rows))} for symbol, rows in scans.items()]
    open_ones = sorted({name for one in found for name in one["unconfirmed"]})
    warnings = [f"The thresholds of {', '.join(open_ones)} were not held against a licensed copy of ISO/IEC 15415."] if open_ones else []
    return {"symbols": found, "below_c": sum(one["grade"] < symbols.CUTS[2] for one in found), "warnings": warnings}


def _day(table: Table, column: str, cell: str, at: int) -> date | None:
    if not cell:
        return None
    try:
        return date.fromisoformat(cell)
    except ValueError:
        raise MethodProblem(
            f'{table.name}, line {table.lines[at]}, column "{column}": "{cell[:40]}" is no day; write 2026-03-09.'
        ) from None


def _known(told: dict[str, Any]) -> dict[str, Any]:
    """The document without values that are not numbers: JSON has none."""
    return {key: _plain(value) for key, value in told.items()}


def _plain(told: Any) -> Any:
    if isinstance(told, dict):
        return _known(told)
    if isinstance(told, (list, tuple)):
        return [_plain(value) for value in told]
    return None if isinstance(told, float) and told != told else told


def _share(told: dict[str, Any]) -> str:
    low, high = told["interval"]
    return f"{told['agreed']} of {told['parts']} parts ({100 * low:.1f} to {100 * high:.1f} % at 95 %)"


def _number(value: float | None) -> str:
    return "not defined" if value is None else f"{value:.3f}"

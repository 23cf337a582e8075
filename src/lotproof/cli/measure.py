"""lotproof measure: studies of measurement systems."""

from __future__ import annotations

import sys
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import click

from lotproof.cli import common

table_argument = click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))


@click.group()
def measure() -> None:
    """Can what measured be believed? Agreement, gauge R&R, challenge sets, calibration, symbol grades. See docs/measurement.md."""


@measure.command()
@table_argument
@click.option("--bad", default="", metavar="WORD", help="The answer that means a bad part, for misses and false alarms.")
@common.json_option
@common.sentences
def agreement(file: Path, bad: str, as_json: bool) -> None:
    """Attribute agreement: FILE has columns part, appraiser, answer and, where it is known, standard; a row a look.

    \b
    Examples:
      lotproof measure agreement looks.csv --bad reject
      lotproof measure agreement looks.csv --json
    """
    from lotproof.control import studies

    told = studies.agreement(file, bad)
    _end(told, studies.agreement_lines(told), as_json)


@measure.command()
@table_argument
@click.option("--tolerance", type=click.FloatRange(0, min_open=True), default=None, help="Width of the specification.")
@click.option(
    "--pool", type=click.Choice(["aiag", "minitab"]), default="aiag", show_default=True, help="Interaction pooled above p = 0.25 or 0.05."
)
@common.json_option
@common.sentences
def gauge(file: Path, tolerance: float | None, pool: str, as_json: bool) -> None:
    """Gauge R&R of a crossed study: FILE has columns part, operator, value; a row a measurement.

    \b
    Examples:
      lotproof measure gauge contrast.csv --tolerance 0.3
    """
    from lotproof.control import studies

    told = studies.gauge(file, tolerance, pool)
    _end(told, studies.gauge_lines(told), as_json)


@measure.command()
@click.option("--false-accepts", type=click.IntRange(0), required=True, help="Bad units that passed.")
@click.option("--bad", type=click.IntRange(0), required=True, help="Bad units shown.")
@click.option("--false-rejects", type=click.IntRange(0), required=True, help="Good units that were rejected.")
@click.option("--good", type=click.IntRange(0), required=True, help="Good units shown.")
@click.option("--most-accepts", type=float, default=0.05, show_default=True, help="Share of bad units that may pass.")
@click.option("--most-rejects", type=float, default=0.05, show_default=True, help="Share of good units that may be rejected.")
@click.option("--confidence", type=float, default=0.95, show_default=True, help="Confidence of both bounds.")
@common.json_option
@common.sentences
def challenge(as_json: bool, **asked: Any) -> None:
    """A challenge set for a camera or reader. Exit code 1 where it does not show what is required.

    \b
    Examples:
      lotproof measure challenge --false-accepts 0 --bad 59 --false-rejects 1 --good 200
    """
    from lotproof.stats.measure.challenge import challenge as judged

    told = asdict(judged(**asked))
    lines = [told["sentence"], "  holds" if told["holds"] else f"  does not hold. {told['missing']}"]
    _end(told, lines, as_json, told["holds"])


@measure.command()
@table_argument
@click.option("--today", required=True, metavar="DATE", help="The day for which it is asked: 2026-03-09.")
@click.option("--soon", type=click.IntRange(0), default=30, show_default=True, help="Days before which a calibration is due soon.")
@common.json_option
@common.sentences
def due(file: Path, today: str, soon: int, as_json: bool) -> None:
    """Which instruments are due: FILE has columns instrument, calibrated, days and, where there is one, card_expires.

    Exit code 1 where one is overdue.

    \b
    Examples:
      lotproof measure due verifiers.csv --today 2026-03-09
    """
    from lotproof.control import studies

    try:
        day = date.fromisoformat(today)
    except ValueError:
        raise click.UsageError(f"--today {today}: this is no day; write 2026-03-09.") from None
    told = studies.due(file, day, soon)
    lines = [
        f"{one['name']}: {one['status']}" + (f", {one['due']}" if one["due"] else "") + f". {one['consequence']}".rstrip(" .")
        for one in told["instruments"]
    ]
    _end(told, lines, as_json, not told["overdue"])


@measure.command()
@table_argument
@common.json_option
@common.sentences
def grades(file: Path, as_json: bool) -> None:
    """Grades of 2D symbols (ISO/IEC 15415): FILE has symbol, a row a scan, and contrast, modulation, axial, grid, uec, decode, fixed.

    \b
    Examples:
      lotproof measure grades scans.csv --json
    """
    from lotproof.control import studies

    told = studies.graded(file)
    lines = [f"{one['symbol']}: {one['report']} ({one['letter']}), set by {one['lowest']}" for one in told["symbols"]]
    lines += [f"note: {warning}" for warning in told["warnings"]]
    _end(told, lines, as_json)


def _end(told: dict[str, Any], lines: Any, as_json: bool, holds: bool = True) -> None:
    if as_json:
        common.emit(told)
    else:
        for line in lines:
            common.say(line)
    if not holds:
        sys.exit(common.FAILED)

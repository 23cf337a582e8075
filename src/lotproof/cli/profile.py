"""lotproof profile suggest and test."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from lotproof.cli import common

LINES = 5
"""Reasons and observations shown of a file."""


@click.group()
def profile() -> None:
    """Mapping profiles: what recognition cannot decide, stated once in TOML."""


@profile.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), default=None, help="Write the profile there, a new file.")
@common.zone_option
@common.json_option
@common.sentences
def suggest(file: Path, output: Path | None, zone: str | None, as_json: bool) -> None:
    """Write a profile for FILE: what was recognised, guesses as comments, and what a person must decide, with values of the file.

    \b
    Examples:
      lotproof profile suggest L2_export.csv
      lotproof profile suggest L2_export.csv -o profiles/line2.toml
    """
    from lotproof.intake.profile_suggest import suggest as written
    from lotproof.intake.profile_trial import trials

    if output is not None and output.exists():
        raise click.UsageError(f"{output} exists and may hold decisions of a person; name a new file with -o.")
    with common.progress_bar() as progress:
        tried = trials([file], (), common.checked_zone(zone), progress)
        own = next(trial.receipt for trial in tried if trial.receipt.name == file.name)
        text = written(file, file.name, own.problems)
    if output is not None:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(text, encoding="utf-8")
    if as_json:
        common.emit({"file": str(file), "profile": text, "written": str(output) if output else None, "questions": list(own.problems)})
        return
    if output is None:
        click.echo(text, nl=False)
        return
    open_lines = sum('= "?"' in line for line in text.splitlines())
    common.say(f"Wrote {output}; {open_lines} of its lines wait for a decision. Check it with: lotproof profile test {output} {file}")


@profile.command()
@click.argument("profile_file", metavar="PROFILE", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.argument("paths", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@common.zone_option
@common.json_option
@common.sentences
def test(profile_file: Path, paths: tuple[Path, ...], zone: str | None, as_json: bool) -> None:
    """Read files with PROFILE and say what becomes of them; nothing is kept.

    Exits 0 where every file is read whole, 1 where rows fall out or something is asked, 2 where the profile is wrong.

    \b
    Examples:
      lotproof profile test profiles/line2.toml L2_export.csv
      lotproof profile test profiles/line2.toml export/ --json
    """
    from lotproof.intake.profile import parse_profile
    from lotproof.intake.profile_trial import trials
    from lotproof.intake.text.encoding import encoding_of

    statements = parse_profile(profile_file.read_bytes().decode(encoding_of(profile_file), errors="replace"), profile_file.name)
    with common.progress_bar() as progress:
        found = trials(paths, statements, common.checked_zone(zone), progress)
    ok = all(trial.ok for trial in found)
    if as_json:
        common.emit({"profile": str(profile_file), "files": [trial.as_json() for trial in found], "ok": ok})
    else:
        for trial in found:
            _print(trial)
    sys.exit(0 if ok else common.FAILED)


def _print(trial: object) -> None:
    from lotproof.intake.profile_trial import Trial

    assert isinstance(trial, Trial)
    receipt = trial.receipt
    kind = f"recognised as {receipt.kind}" if trial.recognised else "not recognised"
    common.say(f"{receipt.name}: {kind}{'' if trial.covered else '; the profile says nothing about it'}")
    seen = f"{receipt.stored:,} read + {receipt.quarantined:,} quarantined + {receipt.no_data:,} no data"
    common.say(f"  {receipt.rows:,} rows seen = {seen}; {receipt.observations:,} observations")
    for reason, count in list(trial.reasons.items())[:LINES]:
        common.say(f"  quarantined {count:,}: {reason}")
    if trial.unused:
        common.say(f"  columns not used: {', '.join(trial.unused)}")
    for problem in receipt.problems:
        common.say(f"  ! {problem}")
    for row in trial.sample[:LINES]:
        common.say("  " + "  ".join(f"{key}={value}" for key, value in row.items()))

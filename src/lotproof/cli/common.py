"""What every command shares: workspace, clock, actor, progress, the way errors end."""

from __future__ import annotations

import functools
import getpass
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from lotproof.workspace.place import Workspace

FAILED, UNUSABLE, UNDECIDED = 1, 2, 3

workspace_option = click.option(
    "--workspace", "workspace_dir", type=click.Path(path_type=Path, file_okay=False), envvar="LOTPROOF_HOME",
    default=Path("lotproof-workspace"), show_default=True, help="Workspace folder (or LOTPROOF_HOME).",
)  # fmt: skip
json_option = click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout, nothing else there.")
zone_option = click.option("--zone", default=None, metavar="Area/City", help="Zone of times that carry none and that nobody states.")
now_option = click.option("--now", default=None, metavar="TIME", help="Take this UTC time (2026-11-22T09:00:00Z) instead of the clock.")
actor_option = click.option("--actor", default=None, metavar="NAME", envvar="LOTPROOF_ACTOR", help="Who acts (default: the login name).")
engine_option = click.option(
    "--engine", default=None, metavar="local/spark://HOST:PORT", help="Where lots are judged: this machine, or a Spark cluster."
)
store_option = click.option(
    "--store", default=None, metavar="s3://BUCKET/PREFIX", help="With --engine spark://…: where its workers get the lots from."
)
jobs_option = click.option(
    "--jobs", type=click.IntRange(1), default=None, help="Processes of this machine (default LOTPROOF_JOBS, or one a core)."
)
full_option = click.option("--full", is_flag=True, help="Judge every lot again, also those for which nothing has changed.")


def time_text(now: str | None) -> str:
    """The time of this act, UTC, to the second."""
    if now is None:
        return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    try:
        read = datetime.fromisoformat(now)
        # A time without an offset is UTC as the option says, not the zone of whatever machine this is.
        return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError):
        raise click.UsageError(f'--now {now}: this is no time; write UTC as 2026-11-22T09:00:00Z.') from None


at_option = click.option(
    "--at", "at_text", default=None, metavar="TIME", help="As of this moment: 2026-03-09T10:00Z (UTC where no offset is stated)."
)


def moment(at_text: str | None) -> datetime | None:
    """The moment of --at, UTC without zone; None where none was named."""
    if at_text is None:
        return None
    try:
        read = datetime.fromisoformat(at_text)
        return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC).replace(tzinfo=None)
    except (ValueError, OverflowError):
        raise click.UsageError(f"--at {at_text}: this is no time; write UTC as 2026-03-09T10:00Z.") from None


def actor_name(actor: str | None) -> str:
    """Who acts: as stated, else the login name."""
    if actor:
        return actor
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def opened(workspace_dir: Path, now: str | None = None, actor: str | None = None) -> Workspace:
    """The workspace, which must be there."""
    from lotproof.workspace.place import open_workspace

    return open_workspace(workspace_dir, time_text(now), actor_name(actor), create=False)


def checked_zone(zone: str | None) -> str | None:
    """The zone, refused with a sentence where it is none."""
    from lotproof.intake.problem import SourceProblem
    from lotproof.intake.zones import check_zone

    try:
        return check_zone(zone, "--zone") if zone else None
    except SourceProblem as problem:
        raise click.UsageError(str(problem)) from None


def say(line: str = "") -> None:
    """A line for a person."""
    click.echo(line)


def silent(_line: str = "") -> None:
    """Says nothing: with --json, stdout is the document's alone."""


def emit(document: Any) -> None:
    """The JSON document."""
    json.dump(document, sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")


def sentences(function: Callable[..., Any]) -> Callable[..., Any]:
    """Errors that a person can mend end as one sentence on stderr and exit code 2."""

    @functools.wraps(function)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except BrokenPipeError:
            raise  # whoever read our output has enough; click ends quietly
        except Exception as error:
            sentence = _sentence(error)
            if sentence is None:
                raise
            click.echo(f"Error: {sentence}", err=True)
        sys.exit(UNUSABLE)

    return wrapped


def _sentence(error: Exception) -> str | None:
    """What to tell of an error that a person can mend; None of any other. Imports only now: most commands end well, and fast."""
    from lotproof.causes.problem import CausesError
    from lotproof.exchange.drop.settings import DropError
    from lotproof.exchange.line.settings import LineError
    from lotproof.exchange.partners.problem import PartnerError
    from lotproof.faulttree.errors import TreeError
    from lotproof.gs1.errors import UnreadableIdentifier
    from lotproof.intake.problem import SourceProblem
    from lotproof.jobs.tracing import TracingMissing
    from lotproof.lake.objects import StoreError
    from lotproof.ledger.entry import EntryError
    from lotproof.ledger.keys import KeyFileError
    from lotproof.ledger.witness.state import StateError
    from lotproof.packs.sealer import SealingError
    from lotproof.quality.entered import Unreadable
    from lotproof.quality.refusal import Refusal
    from lotproof.rules.engines import EngineError
    from lotproof.rules.local import LocalRuleError
    from lotproof.stats.problem import MethodProblem
    from lotproof.workspace.place import WorkspaceError

    told = (
        WorkspaceError, SourceProblem, KeyFileError, StateError, EntryError, UnreadableIdentifier, EngineError, LocalRuleError,
        SealingError, MethodProblem, CausesError, TreeError, Refusal, Unreadable, TracingMissing, LineError, DropError, StoreError,
        PartnerError,
    )  # fmt: skip
    if isinstance(error, told):
        return str(error)
    if isinstance(error, OSError):
        where = f" ({error.filename})" if error.filename else ""
        return f"{os.strerror(error.errno) if error.errno else error}{where}. Nothing acknowledged is lost."
    return f"{str(error).splitlines()[0]}. Nothing acknowledged is lost." if _is_storage(error) else None


def _is_storage(error: Exception) -> bool:
    """Whether the database or the disk under DuckDB gave way: full, locked, gone."""
    import duckdb
    from django.db import Error

    return isinstance(error, (Error, duckdb.IOException, duckdb.OutOfMemoryException))


@contextmanager
def progress_bar() -> Iterator[Callable[[str, int, int], None]]:
    """A bar on stderr where that is a terminal; elsewhere nothing."""
    if not sys.stderr.isatty():
        yield lambda _what, _done, _total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description:<44}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("starting", total=1)

        def told(what: str, done: int, total: int) -> None:
            bar.update(task, description=what[-44:], completed=done, total=total or 1)

        yield told

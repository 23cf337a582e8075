"""One file into its segments and its receipt. Whatever a file holds, the rest of the delivery goes on."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import duckdb

from lotproof.intake.problem import SourceProblem, clipped
from lotproof.intake.profile import Statement
from lotproof.intake.readers import READERS, Job, keep_unread
from lotproof.intake.receipt import Receipt
from lotproof.intake.segments import new_folder, write_segments
from lotproof.intake.table_source import Context, make_out_tables
from lotproof.intake.tally import Tally
from lotproof.lake.engine import connect
from lotproof.lake.index import write_index
from lotproof.lake.store import Lake, publish_segment

MEMORY = "384MB"
STREAM_MEMORY = "96MB"
"""For EPCIS, which passes through in batches: more threads or memory would only raise the peak."""


def read_file(
    lake: Lake, sha: str, name: str, kind: str, stated: Statement, zone: str | None, files: Mapping[str, Path]
) -> Receipt:
    """Read the original with this digest; publish its segments; return its receipt."""
    path = lake.original(sha)

    def job(connection: duckdb.DuckDBPyConnection, built: Path, spill: Path) -> Job:
        context = Context(name=name, stated=stated, zone=zone, folder=built, sha256=sha, spill=spill / "rows.arrow")
        return Job(connection, path, kind, context, files, built)

    try:
        tally, built, observations = _fill(lake, sha, kind, lambda *where: READERS[kind](job(*where)))
    except (OSError, duckdb.IOException):
        raise  # the disk is full or gone: nothing is acknowledged
    except Exception as error:
        sentence = _sentence(name, error)
        tally, built, observations = _fill(lake, sha, kind, lambda *where: keep_unread(job(*where), sentence))
    write_index(built)
    segment = publish_segment(lake, sha, built) if any(built.iterdir()) else {}
    with contextlib.suppress(OSError):
        built.rmdir()
    return Receipt(
        name=name, sha256=sha, size=path.stat().st_size, kind=tally.kind, rows=tally.rows, stored=tally.stored,
        quarantined=tally.quarantined, no_data=tally.no_data, observations=observations,
        problems=tuple(tally.problems), notes=tuple(tally.notes), segment=segment,
    )  # fmt: skip


def _fill(lake: Lake, sha: str, kind: str, read: Callable[[duckdb.DuckDBPyConnection, Path, Path], Tally]) -> tuple[Tally, Path, int]:
    """Let ``read`` fill the tables of a connection of its own; the tally, the folder of segments, the observations."""
    spill = Path(tempfile.mkdtemp(dir=lake.scratch, prefix="spill-"))
    built = new_folder(lake)
    try:
        with contextlib.closing(connect(spill, *_limits(kind))) as connection:
            make_out_tables(connection)
            tally = read(connection, built, spill)
            return tally, *write_segments(connection, lake, sha, built)
    except BaseException:
        shutil.rmtree(built, ignore_errors=True)
        raise
    finally:
        shutil.rmtree(spill, ignore_errors=True)


def _sentence(name: str, error: Exception) -> str:
    if isinstance(error, SourceProblem):
        return str(error) if str(error).startswith(f"{name}: ") else f"{name}: {error}"
    what = clipped(f"{type(error).__name__}: {error}")
    return f"{name}: reading it failed ({what}); it is kept as it is, its rows are in quarantine. Report this file, it should be readable."


def _limits(kind: str) -> tuple[str, int]:
    return (STREAM_MEMORY, 1) if kind.startswith("epcis") else (MEMORY, 0)

"""Files read in several processes: the same receipts in the same order, and each file's segments by one process alone."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path

from lotproof.intake.problem import SourceProblem
from lotproof.intake.profile import Statement
from lotproof.intake.read_file import read_file
from lotproof.intake.receipt import Receipt
from lotproof.lake.processes import threads_each
from lotproof.lake.store import Lake

WORTH = 16 << 20
"""Bytes of a delivery from which starting a process pays."""


@dataclass(frozen=True)
class Unread:
    """A file whose original is in the lake and whose segments are not."""

    lake: Lake
    sha256: str
    name: str
    kind: str
    stated: Statement
    zone: str | None
    files: Mapping[str, Path]
    """Every file of the delivery, where the kind asks for them."""
    reading: str
    """The fingerprint of how it is read."""

    def read(self) -> Receipt:
        """Read it; its segments are in the lake when this returns."""
        return read_file(self.lake, self.sha256, self.name, self.kind, self.stated, self.zone, self.files)


Begun = tuple[str, "Receipt | Unread"]
"""Name of a file, and its receipt where it is known without reading."""
Done = tuple[str, Receipt, "Unread | None"]
"""Name, receipt, and what was read for it."""


def here(files: Iterable[Begun]) -> Iterator[Done]:
    """One file after the other, in this process."""
    for name, file in files:
        yield (name, file, None) if isinstance(file, Receipt) else (name, file.read(), file)


def in_processes(files: Iterable[Begun], count: int) -> Iterator[Done]:
    """In ``count`` processes, in the order of the files.

    SourceProblem where a process was ended from outside; what was read until then comes first.
    """
    # A process that was forked while threads of Arrow or DuckDB run may hang, so each is started afresh.
    pool = ProcessPoolExecutor(count, multiprocessing.get_context("spawn"), _begin, (threads_each(count),))
    try:
        begun = [(name, file, None if isinstance(file, Receipt) else _submitted(pool, file)) for name, file in files]
        lost = []
        for name, file, future in begun:
            if isinstance(file, Receipt):
                yield name, file, None
            elif future is not None and (receipt := _result(future)) is not None:
                yield name, receipt, file
            else:
                lost.append(name)
        if lost:
            raise SourceProblem(_ended(lost))
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _begin(threads: int) -> None:
    os.environ["LOTPROOF_THREADS"] = str(threads)


def _submitted(pool: ProcessPoolExecutor, file: Unread) -> Future[Receipt]:
    try:
        return pool.submit(file.read)
    except BrokenProcessPool as error:
        failed: Future[Receipt] = Future()
        failed.set_exception(error)
        return failed


def _result(future: Future[Receipt]) -> Receipt | None:
    try:
        return future.result()
    except BrokenProcessPool:
        return None


def _ended(lost: list[str]) -> str:
    return (
        f"a process that read files was ended from outside, perhaps because the machine had no memory left; {len(lost)} files were not "
        f"read, the first of them {lost[0]}, and all others are in the lake. Run the same command again, with --jobs 1 if it happens again."
    )

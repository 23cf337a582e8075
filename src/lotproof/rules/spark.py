"""Partitions judged by a Spark cluster: Spark schedules, DuckDB computes in the task, with the same SQL.

Driver and workers need Lotproof in the same version, at the same path (or PYSPARK_PYTHON names the workers' Python), and see the lake
and the work folder under the same paths: one machine, or a shared file system; or a store is named, through which the files of the
partitions travel (`rules.afar`), and each worker has its own credentials for it. Spark repeats the tasks of a worker that is
lost; a task is a pure function of files, so nothing changes.
"""

from __future__ import annotations

import os
import pickle
import sys
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from typing import Any

from lotproof.rules.afar import Afar, carried, judge
from lotproof.rules.engines import Engine, EngineError
from lotproof.rules.part import Job, PartResult, check_part

APPLICATION = "lotproof"


def spark(master: str, store: str | None = None) -> Engine:
    """An engine that hands partitions to the Spark master at this address. EngineError where PySpark or the master is missing.

    ``store`` is the address of an object store through which the files of partitions travel; None where workers see our disk.
    """

    def run(jobs: Sequence[Job]) -> Iterator[PartResult]:
        if not jobs:
            return
        session = _session(master)
        try:
            with carried(jobs, store) if store else nullcontext(jobs) as sent:
                tasks = session.sparkContext.parallelize([pickle.dumps(job) for job in sent], len(jobs))
                # One task a partition, fetched in the order of the partitions; what comes back is as small as its findings.
                results = tasks.map(_judge).collect()
            yield from map(pickle.loads, results)
        finally:
            session.stop()

    return run


def _judge(job: bytes) -> bytes:
    one = pickle.loads(job)
    return pickle.dumps(judge(one) if isinstance(one, Afar) else check_part(one))


def _session(master: str) -> Any:
    """A SparkSession; PySpark is not installed everywhere, so its type has no name here."""
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise EngineError('--engine spark://… needs PySpark: install "lotproof[spark]" here and on every worker, and Java 17.') from None
    # Without this the workers take whatever Python they find first.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.master(master).appName(APPLICATION)
    for name, value in _settings().items():
        builder = builder.config(name, value)
    try:
        return builder.getOrCreate()
    except Exception as error:  # what Java throws has no common class
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise EngineError(f"The Spark master at {master} cannot be used ({reason}); start it, or leave --engine out.") from None


def _settings() -> dict[str, str]:
    """Settings of the driver. SPARK_LOCAL_IP names the address that workers reach it at; default is this machine alone."""
    address = os.environ.get("SPARK_LOCAL_IP", "127.0.0.1")
    settings = {
        "spark.driver.bindAddress": address, "spark.driver.host": address, "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false", "spark.task.maxFailures": "8", "spark.python.worker.reuse": "false",
    }  # fmt: skip
    for name in ("PYTHONPATH", "LOTPROOF_MEMORY", "LOTPROOF_THREADS"):
        if os.environ.get(name):
            settings[f"spark.executorEnv.{name}"] = os.environ[name]
    return settings

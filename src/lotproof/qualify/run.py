"""The whole qualification: IQ here, OQ in a process of its own, the documents, and a signed record where somebody signs."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction

from lotproof import __version__
from lotproof.ledger.canonical import Json
from lotproof.ledger.esign import Act
from lotproof.qualify import installation, oq
from lotproof.qualify.check import BROKEN, Result, judge, result_from
from lotproof.qualify.report import html_of, text_of
from lotproof.workspace.credentials import Given, authenticate
from lotproof.workspace.logbook import take_checkpoint
from lotproof.workspace.people import active
from lotproof.workspace.place import Workspace, WorkspaceError
from lotproof.workspace.signing import append_signature, draft_signature, write_record

STREAM = "qualification"
"""Stream of its record in the ledger; each qualification is a version."""
MEANING = "I performed this qualification and reviewed its results"
DOCUMENTS = ("qualification.json", "qualification.html", "qualification.txt")
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Qualification:
    """What came of it."""

    time: str
    """When it was begun, UTC."""
    version: str
    """Version of Lotproof."""
    origin: str
    """Name of the log of the workspace that was looked at."""
    database: str
    """Database that the OQ ran on."""
    results: tuple[Result, ...]
    """IQ, then OQ."""

    @property
    def passed(self) -> bool:
        """Whether nothing stands against it."""
        return all(one.good for one in self.results)

    def as_json(self) -> dict[str, Any]:
        """The document."""
        return {
            "format": "lotproof-qualification/1",
            "time": self.time,
            "version": self.version,
            "origin": self.origin,
            "database": self.database,
            "passed": self.passed,
            "results": [one.as_json() for one in self.results],
        }


def qualify(workspace: Workspace, time: str, progress: Progress) -> Qualification:
    """Look at the installation and its workspace, then work with it in a scratch workspace, which is removed afterwards."""
    count = len(installation.CHECKS) + len(oq.CHECKS)
    site = installation.Installed(workspace, time)
    results: list[Result] = []
    for check in installation.CHECKS:
        progress(check.what, len(results), count)
        results.append(judge(check, site))
    with _ScratchDatabase() as (environment, database), tempfile.TemporaryDirectory(prefix="lotproof-oq-") as folder:
        for result in _operate(Path(folder), time, environment):
            results.append(result)
            progress(result.what, len(results), count)
    return Qualification(time, __version__, workspace.origin, database, tuple(results))


class _ScratchDatabase:
    """Where the OQ keeps its ledger: a database made for it on the site's server, else SQLite in its folder."""

    def __enter__(self) -> tuple[dict[str, str], str]:
        self._url, self._name = os.environ.get("DATABASE_URL", ""), f"lotproof_oq_{secrets.token_hex(6)}"
        if not self._url.startswith("postgres"):
            self._url = ""
            return {}, "sqlite"
        try:
            self._on_server(f"CREATE DATABASE {self._name}")
        except Exception as error:  # the account may not; that is no fault of the installation
            self._url = ""
            return {"DATABASE_URL": ""}, f"sqlite, as no scratch database could be made on the server ({str(error).splitlines()[0]})"
        return {"DATABASE_URL": f"{self._url.rpartition('/')[0]}/{self._name}"}, "postgresql"

    def __exit__(self, *_error: object) -> None:
        if self._url:
            self._on_server(f"DROP DATABASE {self._name} WITH (FORCE)")

    def _on_server(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute(statement.encode())


def _operate(folder: Path, time: str, environment: Mapping[str, str]) -> Iterator[Result]:
    """Results of the OQ as they come; checks that its process did not get to are errors."""
    command = [sys.executable, "-m", "lotproof.qualify.operate", str(folder), time]
    kept = {name: value for name, value in os.environ.items() if name not in ("LOTPROOF_HOME", "LOTPROOF_ACTOR")}
    environment = {**kept, "DJANGO_SETTINGS_MODULE": "lotproof.project.settings", **environment}
    with tempfile.TemporaryFile() as trouble:
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=trouble, text=True, env=environment) as process:
            assert process.stdout is not None
            done = []
            for line in process.stdout:
                result = result_from(json.loads(line))
                done.append(result.id)
                yield result
        trouble.seek(0)
        told = trouble.read().decode(errors="replace").strip().splitlines()[-1:]
    for check in oq.CHECKS:
        if check.id not in done:
            yield Result(check.id, check.what, check.expected, check.shows, f"The process of the OQ ended before: {''.join(told)}", BROKEN)


def write_documents(found: Qualification, folder: Path) -> list[Path]:
    """The documents of a qualification in ``folder``, none of which may be there yet."""
    folder.mkdir(parents=True, exist_ok=True)
    there = [name for name in DOCUMENTS if (folder / name).exists()]
    if there:
        raise WorkspaceError(f"{folder} holds {', '.join(there)} already; a report is never overwritten. Name another folder with --out.")
    texts = (json.dumps(found.as_json(), ensure_ascii=False, indent=1) + "\n", html_of(found.as_json()), text_of(found.as_json()))
    for name, text in zip(DOCUMENTS, texts, strict=True):
        (folder / name).write_text(text, encoding="utf-8")
    return [folder / name for name in DOCUMENTS]


def sign_qualification(
    workspace: Workspace, found: Qualification, document: Path, user: str, given: Given, clock: Callable[[], str], session: str
) -> int:
    """Write the record of a qualification and sign it; gives the index of the record.

    The entry has every verdict, and the SHA-256 of the document that has what was seen. Who signs is authenticated before anything is
    written; WorkspaceError where that fails, and the failed attempt is then all that the ledger has.
    """
    person = active(user)
    components = authenticate(workspace, user, given, True, clock())
    act = Act(person.printed_name, MEANING, person.tz, user, person.role, components, session, True)
    with transaction.atomic():
        made = write_record(STREAM, _content(found, document), clock(), user)
        append_signature(draft_signature(made.index, act, clock()))
    take_checkpoint(workspace)
    return made.index


def _content(found: Qualification, document: Path) -> dict[str, Json]:
    verdicts: dict[str, Json] = {one.id: one.verdict for one in found.results}
    return {
        "title": "Qualification of the installation",
        "version": found.version,
        "database": found.database,
        "passed": found.passed,
        "verdicts": verdicts,
        "document": document.name,
        "sha256": hashlib.sha256(document.read_bytes()).hexdigest(),
    }

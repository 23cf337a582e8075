"""Handlers that tests put jobs down for."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from lotproof.jobs.register import NotDone, Work, handler


@handler("count")
def count(work: Work) -> dict[str, int]:
    for done in range(work.given["to"]):
        work.tell(done + 1, work.given["to"], f"counted {done + 1}")
    return {"counted": work.given["to"]}


@handler("note")
def note(work: Work) -> dict[str, str]:
    """One line a run, so that a test sees what ran twice."""
    with Path(work.given["file"]).open("a") as file:
        file.write(f"{work.given['name']}\n")
    return {}


@handler("refuse")
def refuse(work: Work) -> dict[str, str]:
    raise NotDone("The folder in is empty; put a file there.")


@handler("stumble", tries=4)
def stumble(work: Work) -> dict[str, str]:
    tried = Path(work.given["file"])
    tried.write_text(tried.read_text() + "x" if tried.exists() else "x")
    if len(tried.read_text()) < 3:
        raise ConnectionError("partner.example does not answer")
    return {"tried": tried.read_text()}


@handler("die")
def die(work: Work) -> dict[str, str]:
    os.kill(os.getpid(), signal.SIGKILL)
    return {}

"""Data gathered, people heard, the past looked at: what an investigation rests on."""

from __future__ import annotations

import re

from lotproof.quality.act import Act, ActType, Field
from lotproof.quality.acts.common import EVENT_TIME, EVIDENCE
from lotproof.quality.case import RUNNING, Case
from lotproof.quality.roles import DESK, FLOOR

WORKS_AS = ("operator", "line lead", "maintenance", "IT", "warehouse", "QA", "supplier", "partner", "other")
STREAMS = ("machine", "data", "people")
_DIGEST = re.compile("[0-9a-f]{64}")


def _refuse_evidence(case: Case, act: Act) -> str | None:
    digest = act.body["sha256"]
    if not _DIGEST.fullmatch(digest):
        return f"“{digest[:40]}” is no SHA-256; it has 64 digits and letters a to f. The page of the source shows it."
    if any(one.body["sha256"] == digest for one in case.all("evidence")):
        return "This file is linked already."
    return None


ACTS = (
    ActType(
        "evidence",
        "Link a file",
        "{actor} linked {name}: {what}",
        FLOOR,
        RUNNING,
        (Field("sha256", "SHA-256 of the file"), Field("name", "Name of the file"), Field("what", "What it shows", "text")),
        _refuse_evidence,
        help="The file is kept as it came, named by its hash.",
    ),
    ActType(
        "interview",
        "Record an interview",
        "{actor} heard {role} ({code}): {said}",
        DESK,
        RUNNING,
        (
            Field("role", "Role of the person heard", "choice", choices=WORKS_AS),
            Field("code", "Code of the person", help="O-3: who it is stays in the personnel file."),
            Field("said", "What was said", "text"),
            EVENT_TIME,
        ),
    ),
    ActType(
        "observation",
        "Record an observation",
        "{actor} observed: {what}",
        FLOOR,
        RUNNING,
        (Field("stream", "It is about", "choice", choices=STREAMS), Field("what", "What was seen, where", "text"), EVENT_TIME, EVIDENCE),
        help="Machine, data and people are the three lines of the timeline.",
    ),
    ActType(
        "earlier-case",
        "Cite an earlier case",
        "{actor} cited {case}: {alike}",
        DESK,
        RUNNING,
        (
            Field("case", "Number of the case"),
            Field("alike", "What is alike and what is not", "text"),
            Field("held", "Did its CAPA hold?", "choice", choices=("yes", "no", "not known")),
        ),
    ),
)

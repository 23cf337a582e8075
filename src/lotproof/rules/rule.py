"""A rule: one finding code with its meaning, its mapping to other catalogues and the SELECT that finds it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum


class Severity(Enum):
    """How grave a finding is. Differences of format only are minor."""

    CRITICAL = "critical"
    MAJOR = "major"
    MINOR = "minor"
    INFO = "info"


@dataclass(frozen=True)
class Rule:
    """One finding code (DOMAIN A.8)."""

    code: str
    """The code, AAA-NN."""
    title: str
    """What it means, for a person, without a verb of blame."""
    severity: Severity
    """Severity unless a row states another in its column ``severity``."""
    symptom: str
    """The symptom on the floor that it belongs to (the mission's first section)."""
    six_m: str
    """Where its cause most often lies, before any evidence: MATERIALS, METHOD, MACHINE, MAN, MEASUREMENT, ENVIRONMENT."""
    sentence: str
    """The finding's sentence; {count}, {lot}, {gtin} and {note} are filled in."""
    hint: str
    """What to do first."""
    sql: str
    """SELECT with the columns lot, gtin, item (text), note, source, position, and perhaps severity; one row a proof."""
    hda: str = ""
    """HDA exception category (2023): PND, DNP, Data Issue, Packaging and Labeling, Unavailable for Distribution."""
    pdg: str = ""
    """Key of PDG's exception message."""
    emvs: tuple[str, ...] = field(default=())
    """EMVS alert codes that the same fault raises."""
    vrs: tuple[str, ...] = field(default=())
    """Verification failure reasons of GS1 Lightweight Messaging that the same fault raises."""
    whole_site: bool = False
    """Runs once over all sources rather than lot by lot."""
    local: bool = False
    """Declared by a workspace, not by the product (`rules.local`)."""

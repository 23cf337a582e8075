"""Names and words: event classes, local names, and the short words of the Core Business Vocabulary (CBV 2.0)."""

from __future__ import annotations

import re
from functools import lru_cache

EVENT_TYPES: frozenset[str] = frozenset(
    {
        "ObjectEvent",
        "AggregationEvent",
        "TransactionEvent",
        "TransformationEvent",
        "AssociationEvent",
        "QuantityEvent",
    }
)
"""The event classes of EPCIS 1.0 to 2.0 (QuantityEvent was deprecated in 1.1 and left out of 2.0)."""

BLANK: str = " \t\r\n"
"""White space as XML and JSON know it. Other Unicode spaces are part of an identifier, and a finding for the rules."""

_CBV = re.compile(
    r"urn:epcglobal:cbv:(?:bizstep|disp|btt|sdt|er):(?P<urn>.+)"
    r"|https?://(?:ref|ns)\.gs1\.org/cbv/(?:BizStep|Disp|BTT|SDT|ER)-(?P<web>.+)"
    r"|[A-Za-z_][\w.-]*:(?:BizStep|Disp|BTT|SDT|ER)-(?P<curie>.+)",
    re.IGNORECASE,
)


@lru_cache(maxsize=8192)
def short(word: str) -> str:
    """The short CBV word of any spelling: "commissioning" for `urn:epcglobal:cbv:bizstep:commissioning`,
    `https://ref.gs1.org/cbv/BizStep-commissioning`, `cbv:BizStep-commissioning` and the bare word.

    Anything else, such as a company's own vocabulary, is returned as it is. Source: CBV 2.0, clause 7 (URI forms).
    """
    found = _CBV.fullmatch(word)
    return word if found is None else found["urn"] or found["web"] or found["curie"]


def local(name: str) -> str:
    """The local part of a prefixed XML name."""
    return name.rpartition(":")[2]


@lru_cache(maxsize=1024)
def local_key(key: str) -> str:
    """The local part of a JSON-LD key or type in any form: bare, CURIE, URN or IRI."""
    return re.split(r"[:/#]", key)[-1]


def event_type(name: object) -> str | None:
    """The event class that a JSON `type` member names (a text, or a list of texts), None if it names none."""
    if isinstance(name, list):
        return next((found for found in map(event_type, name) if found), None)
    if not isinstance(name, str):
        return None
    word = local_key(name.strip(BLANK))
    return word if word in EVENT_TYPES else None

"""Tell an EPCIS document by its first bytes."""

from __future__ import annotations

import codecs
import re

from lotproof.epcis.words import EVENT_TYPES

_TYPES = "|".join(sorted(EVENT_TYPES))
_NAMES = r"EPCISDocument|EPCISQueryDocument|EPCISMasterDataDocument|QueryResults|EventList|" + _TYPES
_PROLOG = re.compile(r"(?:<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*+(?:\[[^\]]*+\])?+\s*+>|\s++)*+", re.DOTALL)
_ROOT = re.compile(r"<(?:[\w.-]++:)?(?:(?P<known>" + _NAMES + r")|extension|Envelope)[\s/>]")
_INSIDE = re.compile(r"<(?:[\w.-]++:)?(?:" + _NAMES + r")[\s/>]")
_JSON = re.compile(
    r'"(?:type|isA|@type)"\s*+:\s*+\[?\s*+"(?:[^"]*[:/#])?(?:EPCISDocument|EPCISQueryDocument|' + _TYPES + r')"'
    r'|"eventList"\s*+:\s*+\['
)
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"<\0", "utf-16-le"),
    (b"{\0", "utf-16-le"),
    (b"[\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
    (b"\0{", "utf-16-be"),
    (b"\0[", "utf-16-be"),
)


def sniff(head: bytes) -> str | None:
    """ "epcis-xml", "epcis-json" or None, by content, from the first bytes of a file (a few kB; more tell more).

    Byte order marks and UTF-16 are understood, any prefix or none, with or without a namespace; documents, query
    documents, bare events, event lists, and documents in a SOAP envelope.
    """
    encoding = next((name for mark, name in _MARKS if head.startswith(mark)), "utf-8")
    text = head.decode(encoding, errors="replace").lstrip("\ufeff").lstrip()
    if text.startswith("<"):
        return "epcis-xml" if _is_xml(text) else None
    if text[:1] in ("{", "["):
        return "epcis-json" if _JSON.search(text) else None
    return None


def _is_xml(text: str) -> bool:
    prolog = _PROLOG.match(text)
    root = _ROOT.match(text, prolog.end() if prolog else 0)
    return root is not None and (root["known"] is not None or _INSIDE.search(text, root.end()) is not None)

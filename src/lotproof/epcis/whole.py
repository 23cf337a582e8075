"""One whole event out of a document, by the byte at which it begins: every member, those of others' namespaces too."""

from __future__ import annotations

import codecs
import json
import re
from typing import Any, BinaryIO

import msgspec
from lxml import etree

from lotproof.epcis.json_source import JsonSource
from lotproof.epcis.model import Broken
from lotproof.epcis.xml_read import encodings
from lotproof.epcis.xml_to_json import event_of

Event = dict[str, Any]
HEAD = 1 << 20
"""Bytes before the first event that are looked through for namespaces."""
_PIECE = 1 << 16
_ATTRIBUTE = re.compile(rb"""\sxmlns:([A-Za-z_][\w.-]*)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')""")
_JSON_CONTEXT = re.compile(rb'"@context"\s*:\s*')
_DECODER = msgspec.json.Decoder(float_hook=float)


class NoEvent(Exception):
    """No event begins there. The text says where."""


def json_event(stream: BinaryIO, offset: int) -> Event:
    """The event of a JSON document that begins at this byte, as it was written."""
    stream.seek(offset)
    source = JsonSource(stream)
    try:
        if source.peek() != b"{":
            raise NoEvent(f"no event begins at byte {offset}")
        end = source.object_end()
        found = _DECODER.decode(source.buffer[source.position : end])
    except (Broken, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise NoEvent(f"no event can be read at byte {offset}") from error
    if not isinstance(found, dict):
        raise NoEvent(f"no event begins at byte {offset}")
    return found


def json_context(stream: BinaryIO) -> list[Any]:
    """What the document's `@context` says besides the standard's own: prefixes, or addresses of other contexts."""
    stream.seek(0)
    head = stream.read(HEAD)
    head = _narrow(head)
    found = _JSON_CONTEXT.search(head)
    if found is None or b'"eventList"' in head[: found.start()]:
        return []
    try:
        told, _ = json.JSONDecoder().raw_decode(head[found.end() :].decode(errors="replace"))
    except ValueError:
        return []
    listed = told if isinstance(told, list) else [told]
    return [one for one in listed if isinstance(one, dict) or (isinstance(one, str) and "epcis-context" not in one)]


def xml_namespaces(head: bytes) -> dict[str, str]:
    """Prefix -> namespace of everything declared in these bytes, the head of a document before its first event."""
    head = _narrow(head)
    return {name.decode(): (one or other).decode(errors="replace") for name, one, other in _ATTRIBUTE.findall(head)}


def xml_event(stream: BinaryIO, offset: int) -> tuple[Event, dict[str, str]]:
    """The event of an XML document that begins at this byte, as EPCIS 2.0 JSON, and the namespaces of its extensions by prefix."""
    stream.seek(0)
    head = stream.read(min(offset, HEAD))
    override, _ = encodings(head)
    encoding = override or _encoding(head)
    parser = etree.XMLPullParser(events=("end",), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)
    spaces = xml_namespaces(head)
    declared = "".join(f' xmlns:{name}="{_escaped(uri)}"' for name, uri in spaces.items() if name not in ("xml", "xmlns"))
    parser.feed(f"<?xml version='1.0' encoding='UTF-8'?><_{declared}>".encode())
    stream.seek(offset)
    try:
        return event_of(_first(stream, parser, encoding))
    except (etree.XMLSyntaxError, LookupError, UnicodeError) as error:
        raise NoEvent(f"no event can be read at byte {offset}") from error


def _first(stream: BinaryIO, parser: Any, encoding: str) -> Any:
    """The element that begins where the stream stands, whole."""
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    size = _PIECE // 8
    while piece := stream.read(size):
        size = min(size * 2, 1 << 22)
        try:
            parser.feed(decoder.decode(piece).encode())
        except etree.XMLSyntaxError:
            if (found := _ended(parser)) is not None:  # what comes behind the event may be another document
                return found
            raise
        if (found := _ended(parser)) is not None:
            return found
    raise NoEvent("the document ends within the event")


def _ended(parser: Any) -> Any:
    for _, element in parser.read_events():
        parent = element.getparent()
        if parent is not None and parent.tag == "_":
            return element
    return None


def _narrow(head: bytes) -> bytes:
    """The head of a document in UTF-16 as UTF-8, of any other as it is."""
    marked = head[:2] in (b"\xff\xfe", b"\xfe\xff")
    name = "utf-16" if marked else "utf-16-le" if head[1:2] == b"\0" else "utf-16-be" if head[:1] == b"\0" else ""
    return head.decode(name, errors="replace").encode() if name else head


def _encoding(head: bytes) -> str:
    if head[:2] in (b"\xff\xfe", b"<\0"):
        return "utf-16-le"
    if head[:2] in (b"\xfe\xff", b"\0<"):
        return "utf-16-be"
    found = re.match(rb"<\?xml[^>]*?\bencoding\s*=\s*[\"']([A-Za-z0-9._-]+)", head.removeprefix(b"\xef\xbb\xbf").lstrip())
    return found[1].decode() if found else "utf-8"


def _escaped(uri: str) -> str:
    return uri.replace("&amp;", "&").replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")

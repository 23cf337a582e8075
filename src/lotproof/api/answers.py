"""Events as the documents that clients want: EPCISQueryDocument in JSON-LD and XML, EPCIS 1.2 for SOAP."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lxml import etree

from lotproof.api.events import Found
from lotproof.epcis.canonical import RESOLVER, canonical
from lotproof.epcis.json_to_xml import Writer
from lotproof.epcis.members import CONTEXT, EPC_LISTS, EPCIS1, EPCIS2, LINK_LISTS, PLACES, QUANTITY_LISTS

QUERY1, QUERY2 = "urn:epcglobal:epcis-query:xsd:1", "urn:epcglobal:epcis-query:xsd:2"
NAME = "SimpleEventQuery"


def event_list(found: Sequence[Found], links: bool = False) -> list[dict[str, Any]]:
    """The events as JSON; those of a document with further contexts have them with them. ``links``: identifiers as Digital Links."""
    return [_with_context(one.event if not links else as_links(one.event), one.contexts) for one in found]


def _with_context(event: Mapping[str, Any], contexts: Sequence[Any]) -> dict[str, Any]:
    listed: list[Any] = []
    for one in (*contexts, *_own(event)):
        if one not in listed and not (isinstance(one, str) and "epcis-context" in one):
            listed.append(one)
    return {**({"@context": listed} if listed else {}), **{name: one for name, one in event.items() if name != "@context"}}


def _own(event: Mapping[str, Any]) -> list[Any]:
    """What the event's own context says."""
    own = event.get("@context")
    return own if isinstance(own, list) else [own] if own else []


def query_document(events: list[dict[str, Any]], time: str, name: str = NAME, subscription: str = "") -> dict[str, Any]:
    """An EPCISQueryDocument (EPCIS 2.0 clause 10)."""
    results: dict[str, Any] = {"queryName": name, "resultsBody": {"eventList": events}}
    if subscription:
        results = {"subscriptionID": subscription, **results}
    return {
        "@context": [CONTEXT], "type": "EPCISQueryDocument", "schemaVersion": "2.0", "creationDate": time,
        "epcisBody": {"queryResults": results},
    }  # fmt: skip


def as_links(event: Mapping[str, Any]) -> dict[str, Any]:
    """The event with every identifier of an item, class, place or party as a Digital Link; what is none stays."""
    made = dict(event)
    for name in EPC_LISTS:
        if name in made:
            made[name] = [_link(one) for one in made[name]]
    for name in QUANTITY_LISTS:
        if name in made:
            made[name] = [{**one, "epcClass": _link(one.get("epcClass", ""))} for one in made[name]]
    for name, member in LINK_LISTS.items():
        if name in made:
            made[name] = [{**one, member: _link(one.get(member, ""))} for one in made[name]]
    for name in PLACES:
        if isinstance(made.get(name), dict) and "id" in made[name]:
            made[name] = {**made[name], "id": _link(made[name]["id"])}
    if "parentID" in made:
        made["parentID"] = _link(made["parentID"])
    return made


def _link(text: str) -> str:
    found = canonical(text)
    return found if found.startswith(RESOLVER) else text


def xml_document(found: Sequence[Found], time: str, name: str = NAME, links: bool = False, web: bool = False) -> bytes:
    """An EPCISQueryDocument of EPCIS 2.0 in XML."""
    root = etree.Element(f"{{{QUERY2}}}EPCISQueryDocument", nsmap={"epcisq": QUERY2, "epcis": EPCIS2})
    root.set("schemaVersion", "2.0")
    root.set("creationDate", time)
    results = etree.SubElement(etree.SubElement(root, "EPCISBody"), f"{{{QUERY2}}}QueryResults")
    _results(results, found, name, links, web, False)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def results_1_2(found: Sequence[Found], name: str) -> Any:
    """The element QueryResults of EPCIS 1.2."""
    results = etree.Element(f"{{{QUERY1}}}QueryResults", nsmap={"epcisq": QUERY1, "epcis": EPCIS1})
    _results(results, found, name, False, False, True)
    return results


def _results(results: Any, found: Sequence[Found], name: str, links: bool, web: bool, old: bool) -> None:
    etree.SubElement(results, "queryName").text = name
    listed = etree.SubElement(etree.SubElement(results, "resultsBody"), "EventList")
    for one in found:
        event = as_links(one.event) if links else one.event
        listed.append(Writer(_spaces(one), old, web).event(event))


def _spaces(found: Found) -> dict[str, str]:
    """Prefix -> namespace, of everything that the document's and the event's context state."""
    contexts = [*found.contexts, *_own(found.event)]
    stated = {key: value for one in contexts if isinstance(one, dict) for key, value in one.items() if isinstance(value, str)}
    return {"cbvmda": "urn:epcglobal:cbv:mda", **stated}

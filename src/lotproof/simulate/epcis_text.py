"""EPCIS documents as text: 1.2 XML, 2.0 XML and 2.0 JSON-LD, with EPC URNs or Digital Links.

Element order follows the schemas of EPCIS 1.2 (EPCglobal-epcis-1_2.xsd) and 2.0; business steps and dispositions
follow the CBV of the same release.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from random import Random

from lotproof.simulate.chance import choices
from lotproof.simulate.hub import Event
from lotproof.simulate.line import World
from lotproof.simulate.plan import Product, digit
from lotproof.simulate.times import Clock, iso_z

PARTNER = "9529999"
XMLNS = {
    "1.2-xml": ("urn:epcglobal:epcis:xsd:1", "1.2"),
    "2.0-xml": ("urn:epcglobal:epcis:xsd:2", "2.0"),
}


@dataclass(frozen=True)
class Spelling:
    """How one site's hub spells identifiers and words."""

    form: str
    """1.2-xml, 2.0-xml or 2.0-jsonld."""
    link: str | None
    """Domain of Digital Links; None for EPC URNs."""
    prefix: str
    """GS1 company prefix of the site."""
    web_words: bool
    """Steps as https://ref.gs1.org/cbv/ addresses (2.0 only)."""
    unpack_all: bool
    """An unpacking event without children, which means all of them."""
    event_ids: bool
    """Whether 1.2 events carry an eventID (2.0 always does)."""
    offset: str
    """eventTimeZoneOffset."""

    def items(self, event: Event) -> list[str]:
        """The identifiers of all packs and containers that an event speaks of."""
        run = event.run
        packs = [self.serial(run.order.product, s) for s in event.serials]
        if run.donor:
            packs += [self.serial(run.donor.order.product, s) for s in event.guests]
        return [*packs, *(self.container(c) for c in event.containers)]

    def serial(self, product: Product, serial: str) -> str:
        """One pack's identifier."""
        if self.link:
            return f"{self.link}/01/{product.gtin}/21/{serial}"
        return f"urn:epc:id:sgtin:{product.urn}.{serial}"

    def container(self, sscc: str) -> str:
        """One case's or pallet's identifier."""
        if self.link:
            return f"{self.link}/00/{sscc}"
        return f"urn:epc:id:sscc:{self.prefix}.{sscc[0]}{sscc[1 + len(self.prefix):17]}"

    def place(self, prefix: str, number: int) -> str:
        """One location's identifier."""
        location = str(number).zfill(12 - len(prefix))
        if self.link:
            return f"{self.link}/414/{prefix}{location}{digit(prefix + location)}"
        return f"urn:epc:id:sgln:{prefix}.{location}.0"

    def word(self, vocabulary: str, name: str) -> str:
        """One CBV word; vocabulary is BizStep, Disp, BTT or SDT."""
        if self.form == "1.2-xml" or (self.form == "2.0-xml" and not self.web_words):
            return f"urn:epcglobal:cbv:{vocabulary.lower()}:{name}"
        return f"https://ref.gs1.org/cbv/{vocabulary}-{name}" if self.web_words else name


def spelling(world: World) -> Spelling:
    """Draw the hub's spelling from the site's seed."""
    rng: Random = choices(world.spec.seed, "epcis")
    form = rng.choice(("1.2-xml", "2.0-xml", "2.0-jsonld"))
    form = world.spec.epcis or form
    link = None if form == "1.2-xml" else rng.choice((None, "https://id.gs1.org", "https://id.example.com"))
    minutes = Clock(world.spec.zone).offset(world.runs[0].started)
    offset = f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"
    return Spelling(form, link, world.plant.prefix, rng.random() < 0.5, rng.random() < 0.5, rng.random() < 0.5, offset)


def document(world: World, spell: Spelling, found: Iterable[Event], name: str, created: int) -> Iterator[str]:
    """One EPCIS document in pieces of text."""
    instance = str(choices(world.spec.seed, "instance", name).randrange(10**9, 10**10))
    if spell.form == "2.0-jsonld":
        yield _json_head(spell, instance, created)
        for number, event in enumerate(found):
            yield (",\n" if number else "\n") + json.dumps(_json_event(spell, event), separators=(",", ":"))
        yield "\n]}}\n"
        return
    yield _xml_head(world, spell, instance, created)
    for event in found:
        yield _xml_event(spell, event)
    yield "</EventList>\n</EPCISBody>\n</epcis:EPCISDocument>\n"


def _json_head(spell: Spelling, instance: str, created: int) -> str:
    context = ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", {"cbvmda": "urn:epcglobal:cbv:mda:"}]
    head = {"@context": context, "type": "EPCISDocument", "schemaVersion": "2.0", "creationDate": iso_z(created),
            "instanceIdentifier": instance, "sender": spell.place(spell.prefix, 0),
            "receiver": spell.place(spell.prefix, 1)}  # fmt: skip
    return json.dumps(head, separators=(",", ":"))[:-1] + ',"epcisBody":{"eventList":['


def _json_event(spell: Spelling, event: Event) -> dict[str, object]:
    items = spell.items(event)
    here = {"id": spell.place(spell.prefix, 0)}
    body: dict[str, object] = {
        "type": "AggregationEvent" if event.parent else "ObjectEvent", "eventID": f"urn:uuid:{event.key}",
        "eventTime": iso_z(event.at), "recordTime": iso_z(event.recorded), "eventTimeZoneOffset": spell.offset,
        "action": event.action, "bizStep": spell.word("BizStep", event.step),
        "disposition": spell.word("Disp", event.disposition), "readPoint": here, "bizLocation": here,
    }  # fmt: skip
    if event.parent:
        body["parentID"] = spell.container(event.parent)
        body["childEPCs"] = [] if spell.unpack_all and event.step == "unpacking" and _whole(event) else items
    else:
        body["epcList"] = items
    if event.stated:
        lot, expiry = event.stated
        body["ilmd"] = {"cbvmda:lotNumber": lot, "cbvmda:itemExpirationDate": expiry.isoformat()}
    if event.delivery:
        del body["bizLocation"]
        body["bizTransactionList"] = [{"type": spell.word("BTT", "desadv"), "bizTransaction": _note(spell, event)}]
        body["destinationList"] = [{"type": spell.word("SDT", "owning_party"), "destination": spell.place(PARTNER, 1)}]
    return body


def _whole(event: Event) -> bool:
    """Whether an unpacking empties its parent (that of the re-labelled case does, a mistaken one does not)."""
    return event.run.relabel is not None and event.parent == event.run.relabel.old


def _note(spell: Spelling, event: Event) -> str:
    body = spell.prefix + "1".zfill(12 - len(spell.prefix))
    return f"urn:epcglobal:cbv:bt:{body}{digit(body)}:{event.delivery}"


def _xml_head(world: World, spell: Spelling, instance: str, created: int) -> str:
    namespace, version = XMLNS[spell.form]
    at = iso_z(created)
    products = {run.order.product.urn: run.order.product.name for run in world.runs}
    master = "".join(
        f'<VocabularyElement id="urn:epc:idpat:sgtin:{urn}.*">'
        f'<attribute id="urn:epcglobal:cbv:mda#regulatedProductName">{name}</attribute></VocabularyElement>\n'
        for urn, name in products.items()
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<epcis:EPCISDocument xmlns:epcis="{namespace}" xmlns:cbvmda="urn:epcglobal:cbv:mda" '
        'xmlns:sbdh="http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader" '
        f'schemaVersion="{version}" creationDate="{at}">\n<EPCISHeader>\n'
        "<sbdh:StandardBusinessDocumentHeader><sbdh:HeaderVersion>1.0</sbdh:HeaderVersion>"
        f'<sbdh:Sender><sbdh:Identifier Authority="GS1">{spell.place(spell.prefix, 0)}</sbdh:Identifier></sbdh:Sender>'
        f'<sbdh:Receiver><sbdh:Identifier Authority="GS1">{spell.place(spell.prefix, 1)}</sbdh:Identifier>'
        "</sbdh:Receiver><sbdh:DocumentIdentification><sbdh:Standard>EPCglobal</sbdh:Standard>"
        f"<sbdh:TypeVersion>1.0</sbdh:TypeVersion><sbdh:InstanceIdentifier>{instance}</sbdh:InstanceIdentifier>"
        f"<sbdh:Type>Events</sbdh:Type><sbdh:CreationDateAndTime>{at}</sbdh:CreationDateAndTime>"
        "</sbdh:DocumentIdentification></sbdh:StandardBusinessDocumentHeader>\n"
        "<extension><EPCISMasterData><VocabularyList>"
        '<Vocabulary type="urn:epcglobal:epcis:vtype:EPCClass"><VocabularyElementList>\n'
        f"{master}</VocabularyElementList></Vocabulary></VocabularyList></EPCISMasterData></extension>\n"
        "</EPCISHeader>\n<EPCISBody>\n<EventList>\n"
    )


def _xml_event(spell: Spelling, event: Event) -> str:
    kind = "AggregationEvent" if event.parent else "ObjectEvent"
    items = "".join(f"<epc>{item}</epc>" for item in spell.items(event))
    if event.parent:
        items = "" if spell.unpack_all and event.step == "unpacking" and _whole(event) else items
        what = f"<parentID>{spell.container(event.parent)}</parentID><childEPCs>{items}</childEPCs>"
    else:
        what = f"<epcList>{items}</epcList>"
    return f"<{kind}>{_xml_when(spell, event)}{what}{_xml_why(spell, event)}</{kind}>\n"


def _xml_when(spell: Spelling, event: Event) -> str:
    key = f"<eventID>urn:uuid:{event.key}</eventID>"
    if spell.form == "1.2-xml":
        key = f"<baseExtension>{key}</baseExtension>" if spell.event_ids else ""
    return (
        f"<eventTime>{iso_z(event.at)}</eventTime><recordTime>{iso_z(event.recorded)}</recordTime>"
        f"<eventTimeZoneOffset>{spell.offset}</eventTimeZoneOffset>{key}"
    )


def _xml_why(spell: Spelling, event: Event) -> str:
    here = f"<id>{spell.place(spell.prefix, 0)}</id>"
    body = (
        f"<action>{event.action}</action><bizStep>{spell.word('BizStep', event.step)}</bizStep>"
        f"<disposition>{spell.word('Disp', event.disposition)}</disposition><readPoint>{here}</readPoint>"
    )
    if event.delivery:
        transaction, owner = spell.word("BTT", "desadv"), spell.word("SDT", "owning_party")
        body += f'<bizTransactionList><bizTransaction type="{transaction}">{_note(spell, event)}</bizTransaction>'
        body += "</bizTransactionList>"
        more = f'<destinationList><destination type="{owner}">{spell.place(PARTNER, 1)}</destination></destinationList>'
    else:
        body += f"<bizLocation>{here}</bizLocation>"
        more = _ilmd(event)
    if more and spell.form == "1.2-xml":
        more = f"<extension>{more}</extension>"
    return body + more


def _ilmd(event: Event) -> str:
    if event.stated is None:
        return ""
    lot, expiry = event.stated
    return (
        f"<ilmd><cbvmda:lotNumber>{lot}</cbvmda:lotNumber>"
        f"<cbvmda:itemExpirationDate>{expiry.isoformat()}</cbvmda:itemExpirationDate></ilmd>"
    )



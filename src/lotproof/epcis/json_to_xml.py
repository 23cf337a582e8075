"""An event of EPCIS 2.0 JSON as an element of EPCIS 2.0 XML (clause 9) or 1.2 XML, in the order of the schema."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from lxml import etree

from lotproof.epcis.members import (
    BASE_EXTENDED,
    EPC_LISTS,
    EXTENDED,
    LINK_LISTS,
    ONLY_2,
    ORDER,
    PLACES,
    QUANTITY_LISTS,
    WORDS,
)

Element = Any
_NAME = re.compile(r"[A-Za-z_][\w.-]*")
_LINK_WORDS = {"bizTransaction": ("btt", "BTT"), "source": ("sdt", "SDT"), "destination": ("sdt", "SDT")}


class Writer:
    """Makes elements; `old` for EPCIS 1.2, `web` for words of the vocabulary as web addresses instead of URNs."""

    def __init__(self, spaces: Mapping[str, str], old: bool = False, web: bool = False) -> None:
        self.spaces = {prefix: uri for prefix, uri in spaces.items() if _NAME.fullmatch(prefix) and uri and not prefix.startswith("xml")}
        self.old, self.web = old, web

    def event(self, event: Mapping[str, Any]) -> Element:
        """The element; a 1.2 event that stands in an extension comes with it."""
        kind = str(event.get("type", "ObjectEvent"))
        element = etree.Element(kind, nsmap=self.spaces or None)
        order = ORDER.get(kind, ORDER["ObjectEvent"])
        for name in order:
            if name in event and not (self.old and name in ONLY_2):
                self._member(self._home(element, kind, name), name, event[name])
        for name, value in event.items():
            if name not in order and name not in ("type", "@context", "isA"):
                self._other(element, name, value)
        return self._wrapped(element, kind) if self.old else element

    def _home(self, element: Element, kind: str, name: str) -> Element:
        """Where EPCIS 1.2 wants a member."""
        if self.old and name in BASE_EXTENDED:
            return _within(element, "baseExtension")
        if self.old and name in EXTENDED and kind not in ("TransformationEvent", "AssociationEvent"):
            return _within(element, "extension")
        return element

    def _wrapped(self, element: Element, kind: str) -> Element:
        for _ in range({"TransformationEvent": 1, "AssociationEvent": 2}.get(kind, 0)):
            outer = etree.Element("extension")
            outer.append(element)
            element = outer
        return element

    def _member(self, parent: Element, name: str, value: Any) -> None:
        child = etree.SubElement(parent, name)
        if name in EPC_LISTS:
            for one in value:
                etree.SubElement(child, "epc").text = _legal(one)
        elif name in QUANTITY_LISTS:
            for one in value:
                self._fields(etree.SubElement(child, "quantityElement"), one, ("epcClass", "quantity", "uom"))
        elif name in LINK_LISTS:
            self._links(child, LINK_LISTS[name], value)
        elif name in PLACES:
            self._fields(child, value, ("id",))
        elif name == "sensorElementList":
            self._sensors(child, value)
        elif name == "errorDeclaration":
            self._error(child, value)
        elif name == "persistentDisposition":
            for which in ("unset", "set"):
                for word in value.get(which, ()):
                    etree.SubElement(child, which).text = self._word(word, *WORDS["disposition"])
        elif name == "ilmd":
            self._others(child, value)
        else:
            child.text = self._word(value, *WORDS[name]) if name in WORDS else _legal(value)

    def _fields(self, element: Element, value: Mapping[str, Any], names: tuple[str, ...]) -> None:
        for name in names:
            if name in value:
                etree.SubElement(element, name).text = _legal(value[name])
        self._others(element, {name: one for name, one in value.items() if name not in names})

    def _links(self, parent: Element, word: str, value: Any) -> None:
        for one in value:
            child = etree.SubElement(parent, word)
            if one.get("type"):
                child.set("type", self._word(one["type"], *_LINK_WORDS[word]))
            child.text = _legal(one.get(word, ""))

    def _error(self, element: Element, value: Mapping[str, Any]) -> None:
        etree.SubElement(element, "declarationTime").text = _legal(value.get("declarationTime", ""))
        if "reason" in value:
            etree.SubElement(element, "reason").text = self._word(value["reason"], "er", "ER")
        if value.get("correctiveEventIDs"):
            listed = etree.SubElement(element, "correctiveEventIDs")
            for one in value["correctiveEventIDs"]:
                etree.SubElement(listed, "correctiveEventID").text = _legal(one)
        known = ("declarationTime", "reason", "correctiveEventIDs")
        self._others(element, {name: one for name, one in value.items() if name not in known})

    def _sensors(self, parent: Element, value: Any) -> None:
        for one in value:
            child = etree.SubElement(parent, "sensorElement")
            if "sensorMetadata" in one:
                self._attributes(etree.SubElement(child, "sensorMetadata"), one["sensorMetadata"])
            for report in one.get("sensorReport", ()):
                self._attributes(etree.SubElement(child, "sensorReport"), report)
            self._others(child, {name: two for name, two in one.items() if name not in ("sensorMetadata", "sensorReport", "type")})

    def _attributes(self, element: Element, value: Mapping[str, Any]) -> None:
        for name, one in value.items():
            if (tag := self._tag(name)) is not None and not isinstance(one, (dict, list)):
                element.set(tag, _legal(one))

    def _others(self, element: Element, value: Mapping[str, Any]) -> None:
        for name, one in value.items():
            self._other(element, name, one)

    def _other(self, parent: Element, name: str, value: Any) -> None:
        """A member of somebody's namespace; one whose prefix nobody declared cannot be written in XML and is left out."""
        for one in value if isinstance(value, list) else [value]:
            tag = self._tag(name)
            if tag is None:
                return
            child = etree.SubElement(parent, tag)
            if isinstance(one, dict):
                self._others(child, one)
            else:
                child.text = _legal(one)

    def _tag(self, name: str) -> str | None:
        prefix, colon, local = name.partition(":")
        if not colon:
            return name if _NAME.fullmatch(name) else None
        if prefix not in self.spaces or not _NAME.fullmatch(local):
            return None
        return f"{{{self.spaces[prefix]}}}{local}"

    def _word(self, word: Any, urn: str, web: str) -> str:
        text = _legal(word)
        if ":" in text:
            return text
        return f"https://ref.gs1.org/cbv/{web}-{text}" if self.web else f"urn:epcglobal:cbv:{urn}:{text}"


def _within(element: Element, name: str) -> Element:
    found = element.find(name)
    return found if found is not None else etree.SubElement(element, name)


_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _legal(value: Any) -> str:
    """A value as text; characters that XML cannot hold become a question mark."""
    text = "true" if value is True else "false" if value is False else "" if value is None else str(value)
    return _ILLEGAL.sub("?", text)

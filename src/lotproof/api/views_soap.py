"""/epcis/soap: the query interface of EPCIS 1.2 (clause 11.2), for systems that speak SOAP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from lxml import etree

from lotproof import __version__
from lotproof.api.answers import NAME, QUERY1, results_1_2
from lotproof.api.find import page
from lotproof.api.guard import endpoint
from lotproof.api.problem import ApiProblem
from lotproof.api.query import read_query
from lotproof.api.site import workspace
from lotproof.api.wsdl import wsdl

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
BODY = 1 << 20
"""Bytes of a request at most."""
ALL = 100_000
"""Events that a poll gives at most: SOAP has no pages."""
_FAULTS = {
    "QueryParameterException": "QueryParameterException", "QueryTooLargeException": "QueryTooLargeException",
    "QueryTooComplexException": "QueryTooComplexException", "NoSuchNameException": "NoSuchNameException",
    "SubscribeNotPermittedException": "SubscribeNotPermittedException", "NoSuchSubscriptionException": "NoSuchSubscriptionException",
    "ValidationException": "ValidationException",
}  # fmt: skip


class _Fault(Exception):
    """A fault of the standard's own."""

    def __init__(self, kind: str, reason: str) -> None:
        super().__init__(reason)
        self.kind = kind


def _post(request: HttpRequest) -> HttpResponse:
    try:
        return _envelope(_answer(_asked(request)), 200)
    except _Fault as fault:
        return _envelope(_fault(fault.kind, str(fault)), 500)
    except ApiProblem as problem:
        return _envelope(_fault(_FAULTS.get(problem.kind, "ImplementationException"), problem.detail), 500)


def _asked(request: HttpRequest) -> Any:
    """The element in the body of the envelope."""
    data = request.read(BODY + 1)
    if len(data) > BODY:
        raise _Fault("ValidationException", f"The request is larger than {BODY >> 20} MB.")
    if b"<!DOCTYPE" in data.replace(b"\0", b""):
        raise _Fault("ValidationException", "The request holds a DOCTYPE, which SOAP forbids.")
    try:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        found = etree.fromstring(data, parser).find(f"{{{SOAP}}}Body")
    except etree.XMLSyntaxError:
        found = None
    if found is None or not len(found):
        raise _Fault("ValidationException", "The request is no SOAP 1.1 envelope with a body.")
    return found[0]


def _answer(asked: Any) -> Any:
    word = etree.QName(asked).localname
    if word not in _OPERATIONS:
        raise _Fault("ValidationException", f"There is no operation {word[:60]}; the WSDL (GET) has those that there are.")
    return _OPERATIONS[word](asked)


def _names(_asked: Any) -> Any:
    return _strings("GetQueryNamesResult", [NAME])


def _standard(_asked: Any) -> Any:
    return _text("GetStandardVersionResult", "1.2")


def _vendor(_asked: Any) -> Any:
    return _text("GetVendorVersionResult", __version__)


def _subscriptions(_asked: Any) -> Any:
    return _strings("GetSubscriptionIDsResult", [])


def _poll(asked: Any) -> Any:
    name = (asked.findtext("queryName") or "").strip()
    if name != NAME:
        raise _Fault("NoSuchNameException", f'There is no query "{name[:60]}"; {NAME} is the one that can be polled.')
    given: dict[str, list[str]] = {}
    for one in asked.iterfind("params/param"):
        given[(one.findtext("name") or "").strip()] = _values(one.find("value"))
    paging = {"perPage": ["1000"], "orderBy": ["recordTime"], "orderDirection": ["ASC"]}
    query = read_query({**paging, **given, "perPage": ["1000"]})
    found, token = [], ""
    while True:
        part = page(workspace(), read_query({**paging, **given, "perPage": ["1000"], **({"nextPageToken": [token]} if token else {})}))
        found += part.events
        token = part.token
        if not token:
            return results_1_2(found, NAME)
        if len(found) >= (query.too_many or ALL):
            raise _Fault("QueryTooLargeException", f"More than {len(found)} events meet the query; narrow it, or state eventCountLimit.")


def _values(value: Any) -> list[str]:
    """A value of the type ArrayOfString has elements; one without content asks whether something is there."""
    if value is None:
        return ["true"]
    listed = [(one.text or "").strip() for one in value if isinstance(one.tag, str)]
    return listed or [(value.text or "").strip() or "true"]


def _subscribe(_asked: Any) -> Any:
    raise _Fault("SubscribeNotPermittedException", "Subscriptions are made by REST: POST /epcis/queries/NAME/subscriptions.")


def _unsubscribe(_asked: Any) -> Any:
    raise _Fault("NoSuchSubscriptionException", "There is no such subscription; SOAP has none here.")


_OPERATIONS: dict[str, Callable[[Any], Any]] = {
    "GetQueryNames": _names, "GetStandardVersion": _standard, "GetVendorVersion": _vendor, "GetSubscriptionIDs": _subscriptions,
    "Poll": _poll, "Subscribe": _subscribe, "Unsubscribe": _unsubscribe,
}  # fmt: skip


def _text(name: str, text: str) -> Any:
    element = etree.Element(f"{{{QUERY1}}}{name}", nsmap={"epcisq": QUERY1})
    element.text = text
    return element


def _strings(name: str, texts: list[str]) -> Any:
    element = _text(name, "")
    for text in texts:
        etree.SubElement(element, "string").text = text
    return element


def _fault(kind: str, reason: str) -> Any:
    fault = etree.Element(f"{{{SOAP}}}Fault")
    etree.SubElement(fault, "faultcode").text = "soapenv:Server" if kind == "ImplementationException" else "soapenv:Client"
    etree.SubElement(fault, "faultstring").text = reason
    detail = etree.SubElement(etree.SubElement(fault, "detail"), f"{{{QUERY1}}}{kind}", nsmap={"epcisq": QUERY1})
    etree.SubElement(detail, "reason").text = reason
    if kind == "ImplementationException":
        etree.SubElement(detail, "severity").text = "ERROR"
    return fault


def _envelope(inside: Any, status: int) -> HttpResponse:
    envelope = etree.Element(f"{{{SOAP}}}Envelope", nsmap={"soapenv": SOAP})
    etree.SubElement(envelope, f"{{{SOAP}}}Body").append(inside)
    return HttpResponse(etree.tostring(envelope, xml_declaration=True, encoding="UTF-8"), "text/xml; charset=utf-8", status)


def _wsdl(request: HttpRequest) -> HttpResponse:
    return HttpResponse(wsdl(request.build_absolute_uri(request.path)), "text/xml; charset=utf-8")


soap = endpoint(get=("query", _wsdl), post=("query", _post))

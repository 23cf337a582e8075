"""The WSDL of the query interface of EPCIS 1.2 (clause 11.2.1), with the types that requests and answers have."""

from __future__ import annotations

from typing import Any

from lxml import etree

from lotproof.api.answers import QUERY1

W, S, X = "http://schemas.xmlsoap.org/wsdl/", "http://schemas.xmlsoap.org/wsdl/soap/", "http://www.w3.org/2001/XMLSchema"
TARGET = "urn:epcglobal:epcis:wsdl:1"
OPERATIONS = {
    "getQueryNames": ("GetQueryNames", "GetQueryNamesResult"),
    "subscribe": ("Subscribe", "SubscribeResult"),
    "unsubscribe": ("Unsubscribe", "UnsubscribeResult"),
    "getSubscriptionIDs": ("GetSubscriptionIDs", "GetSubscriptionIDsResult"),
    "poll": ("Poll", "QueryResults"),
    "getStandardVersion": ("GetStandardVersion", "GetStandardVersionResult"),
    "getVendorVersion": ("GetVendorVersion", "GetVendorVersionResult"),
}
FAULTS = (
    "QueryParameterException", "QueryTooLargeException", "QueryTooComplexException", "NoSuchNameException", "ValidationException",
    "SubscribeNotPermittedException", "NoSuchSubscriptionException", "ImplementationException",
)  # fmt: skip
_ARRAYS = ("GetQueryNamesResult", "GetSubscriptionIDsResult")
_STRINGS = ("GetStandardVersionResult", "GetVendorVersionResult")
_EMPTY = ("GetQueryNames", "GetStandardVersion", "GetVendorVersion", "SubscribeResult", "UnsubscribeResult")
_FIELDS = {
    "GetSubscriptionIDs": (("queryName", "xsd:string"),),
    "Unsubscribe": (("subscriptionID", "xsd:string"),),
    "Poll": (("queryName", "xsd:string"), ("params", "epcisq:QueryParams")),
    "Subscribe": (
        ("queryName", "xsd:string"), ("params", "epcisq:QueryParams"), ("dest", "xsd:anyURI"), ("controls", "xsd:anyType"),
        ("subscriptionID", "xsd:string"),
    ),
    "QueryResults": (("queryName", "xsd:string"), ("subscriptionID", "xsd:string"), ("resultsBody", "xsd:anyType")),
}  # fmt: skip


def wsdl(address: str) -> bytes:
    """The document, with the address of the service."""
    spaces: Any = {None: W, "soap": S, "xsd": X, "epcisq": QUERY1, "impl": TARGET}
    root = etree.Element(f"{{{W}}}definitions", nsmap=spaces, targetNamespace=TARGET)
    _types(etree.SubElement(root, f"{{{W}}}types"))
    for name in (*(one for pair in OPERATIONS.values() for one in pair), *FAULTS):
        message = etree.SubElement(root, f"{{{W}}}message", name=name)
        etree.SubElement(message, f"{{{W}}}part", name="fault" if name in FAULTS else "parms", element=f"epcisq:{name}")
    port = etree.SubElement(root, f"{{{W}}}portType", name="EPCISServicePortType")
    binding = etree.SubElement(root, f"{{{W}}}binding", name="EPCISServiceBinding", type="impl:EPCISServicePortType")
    etree.SubElement(binding, f"{{{S}}}binding", style="document", transport="http://schemas.xmlsoap.org/soap/http")
    for name, (asked, answered) in OPERATIONS.items():
        _operation(port, name, asked, answered)
        _bound(binding, name)
    service = etree.SubElement(root, f"{{{W}}}service", name="EPCglobalEPCISService")
    made = etree.SubElement(service, f"{{{W}}}port", name="EPCglobalEPCISServicePort", binding="impl:EPCISServiceBinding")
    etree.SubElement(made, f"{{{S}}}address", location=address)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _operation(port: etree._Element, name: str, asked: str, answered: str) -> None:
    made = etree.SubElement(port, f"{{{W}}}operation", name=name)
    etree.SubElement(made, f"{{{W}}}input", name=f"{name}Request", message=f"impl:{asked}")
    etree.SubElement(made, f"{{{W}}}output", name=f"{name}Response", message=f"impl:{answered}")
    for fault in FAULTS:
        etree.SubElement(made, f"{{{W}}}fault", name=f"{fault}Fault", message=f"impl:{fault}")


def _bound(binding: etree._Element, name: str) -> None:
    made = etree.SubElement(binding, f"{{{W}}}operation", name=name)
    etree.SubElement(made, f"{{{S}}}operation", soapAction="")
    for way, suffix in (("input", "Request"), ("output", "Response")):
        etree.SubElement(etree.SubElement(made, f"{{{W}}}{way}", name=f"{name}{suffix}"), f"{{{S}}}body", use="literal")
    for fault in FAULTS:
        one = etree.SubElement(made, f"{{{W}}}fault", name=f"{fault}Fault")
        etree.SubElement(one, f"{{{S}}}fault", name=f"{fault}Fault", use="literal")


def _types(types: etree._Element) -> None:
    schema = etree.SubElement(types, f"{{{X}}}schema", targetNamespace=QUERY1, elementFormDefault="unqualified")
    _complex(schema, "EmptyParms", ())
    _complex(schema, "ArrayOfString", (("string", "xsd:string"),), many=True)
    _complex(schema, "QueryParam", (("name", "xsd:string"), ("value", "xsd:anyType")))
    _complex(schema, "QueryParams", (("param", "epcisq:QueryParam"),), many=True)
    _complex(schema, "Told", (("reason", "xsd:string"), ("severity", "xsd:string")))
    for name, fields in _FIELDS.items():
        _complex(schema, name, fields)
    kinds = dict.fromkeys(_ARRAYS, "epcisq:ArrayOfString") | dict.fromkeys(_STRINGS, "xsd:string")
    kinds |= (
        dict.fromkeys(_EMPTY, "epcisq:EmptyParms") | {name: f"epcisq:{name}" for name in _FIELDS} | dict.fromkeys(FAULTS, "epcisq:Told")
    )
    for name, kind in kinds.items():
        etree.SubElement(schema, f"{{{X}}}element", name=name, type=kind)


def _complex(schema: etree._Element, name: str, fields: tuple[tuple[str, str], ...], many: bool = False) -> None:
    made = etree.SubElement(etree.SubElement(schema, f"{{{X}}}complexType", name=name), f"{{{X}}}sequence")
    optional = {"subscriptionID", "severity"} if name in ("QueryResults", "Told") else set()
    for field, kind in fields:
        element = etree.SubElement(made, f"{{{X}}}element", name=field, type=kind)
        if many or field in optional:
            element.set("minOccurs", "0")
        if many:
            element.set("maxOccurs", "unbounded")

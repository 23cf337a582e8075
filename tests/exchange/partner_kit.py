"""Messages of partners for tests, and the schemas that PDG published, where they are at hand."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any

CORPUS = Path("/work/shared/corpora/pdg-exceptions")
EXAMPLES = sorted(CORPUS.glob("example_generators/examples/*.json"))
OURS, PARTNER, OTHER = "9528862570017", "9529999000019", "9521234500018"
SETTINGS = f'gln = "{OURS}"\nemail = "exceptions@site.example"\nphone = "+32 2 555 01 00"\n\n[[partner]]\ngln = "{PARTNER}"\nname = "Depot Four Winds"\n'


def name(text: str) -> str:
    """An identifier that is the same in every run."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, text))


def pack(text: str) -> dict[str, str]:
    """GTIN and serial of a text form, as members of an exception."""
    gtin, serial = text.removeprefix("(01)").split("(21)")
    return {"product_gtin": gtin, "product_serial": serial}


def missing_data(*packs: str) -> dict[str, Any]:
    """Exceptions: product without data."""
    rows = [
        {"exception_item_uuid": name(one), **pack(one), "observation_source": "Scan", "resolution_request": "Send new data"} for one in packs
    ]
    return {"missing_product_data": rows}


def report(case: str = "case 1", number: int = 1, exceptions: Any = None, **more: Any) -> bytes:
    """A report of the partner."""
    message = {
        "message_uuid": name(f"{case} {number}"), "exception_case_uuid": name(case), "timestamp": 1795200000 + number, "po_number": "PO-1",
        "sender_information": {"gln": PARTNER, "email": "someone.private@depot.example", "phone": "+1 555 0199"},
        "exceptions": exceptions or {}, "other_errors": None, "case_resolved": False, **more,
    }  # fmt: skip
    return json.dumps(message).encode()


def response(case: str, items: list[dict[str, Any]], sender: str = PARTNER, number: int = 9) -> bytes:
    """A response of the partner."""
    message = {
        "message_uuid": name(f"{case} response {number}"), "exception_case_uuid": case, "timestamp": 1795300000, "po_number": "PO-1",
        "sender_information": {"gln": sender, "email": "someone.private@depot.example"}, "response_items": items,
    }  # fmt: skip
    return json.dumps(message).encode()


def agrees(message: dict[str, Any]) -> bool:
    """Whether PDG's own schema takes a message; True where it is not at hand."""
    if not CORPUS.is_dir():
        return True
    import jsonschema

    schema = CORPUS / "schemas" / ("response_schema.json" if "response_items" in message else "report_schema.json")
    jsonschema.validate(message, json.loads(schema.read_text()))
    return True

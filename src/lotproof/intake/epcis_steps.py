"""What an EPCIS event says of its items, in the words of the lake."""

from __future__ import annotations

SHIPPING = {"shipping", "departing", "loading"}
RECEIVING = {"receiving", "accepting", "arriving"}
BY_STEP = {
    "commissioning": "commissioned",
    "encoding": "encoded",
    "decommissioning": "inactivated",
    "destroying": "destroyed",
    "sampling": "sampled",
    "void_shipping": "voided",
    "dispensing": "dispensed",
    "retail_selling": "dispensed",
    "returning": "returned",
    "holding": "held",
    "unpacking": "disaggregated",
    "stock_taking": "counted",
    "cycle_counting": "counted",
    "inspecting": "observed",
    "releasing": "released",
}
DESTROYED = {"destroyed"}


def step_of(kind: str, action: str | None, biz_step: str | None, disposition: str | None, role: str, erroneous: bool) -> str:
    """The step of one item of an event.

    ``kind`` is the event type, ``role`` one of epc, child, input, output, parent. EPCIS 1.2, 7.4: an ObjectEvent with
    ADD commissions, with DELETE decommissions; an AggregationEvent adds to or deletes from its parent.
    """
    if erroneous:
        return "voided"
    if kind == "TransformationEvent":
        return "consumed" if role == "input" else "commissioned"
    if kind == "AggregationEvent":
        return {"ADD": "aggregated", "DELETE": "disaggregated"}.get(action or "", "aggregation_observed")
    if kind == "AssociationEvent":
        return {"ADD": "associated", "DELETE": "disassociated"}.get(action or "", "observed")
    if kind == "TransactionEvent":
        return _movement(biz_step) or "linked"
    return _object_step(action, biz_step, disposition)


def _movement(biz_step: str | None) -> str | None:
    if biz_step in SHIPPING:
        return "shipped"
    return "received" if biz_step in RECEIVING else None


def _object_step(action: str | None, biz_step: str | None, disposition: str | None) -> str:
    if action == "ADD":
        return "encoded" if biz_step == "encoding" or disposition == "encoded" else "commissioned"
    if action == "DELETE":
        if biz_step == "destroying" or disposition in DESTROYED:
            return "destroyed"
        return BY_STEP.get(biz_step or "", "inactivated") if biz_step != "commissioning" else "inactivated"
    if moved := _movement(biz_step):
        return moved
    if disposition in DESTROYED and biz_step == "destroying":
        return "destroyed"
    step = BY_STEP.get(biz_step or "", "observed")
    # An OBSERVE does not create or unpack anything (EPCIS 1.2, 7.4.2): the words keep their lighter meaning.
    return "observed" if step in ("commissioned", "disaggregated") else step

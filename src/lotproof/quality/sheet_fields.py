"""The worksheets and their fields, as data."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class About:
    """A worksheet before it is filled."""

    title: str
    """What it is called."""
    basis: str
    """Law and form."""
    clock: str
    """The clock that it answers."""
    fields: tuple[str, ...]
    """Fields in the order of the form."""


SHEETS = {
    "fda-3911": About(
        "Drug notification, Form FDA 3911",
        "FD&C Act 582(b)(4)(B)(ii); Form FDA 3911, by CDER NextGen",
        "us-illegitimate",
        (
            "Type of report",
            "Incident number",
            "Date of initial notification",
            "Date determined illegitimate",
            "Classification",
            "Name of the product",
            "Active ingredients",
            "Use",
            "Description of the product",
            "Strength",
            "Dosage form",
            "Quantity",
            "NDC",
            "GTIN",
            "Serial numbers",
            "Lot numbers",
            "Expiration dates",
            "Description of the event",
            "Reason for termination",
            "Other reports",
            "Company",
            "Contact",
        ),
    ),
    "eu-notice": About(
        "Notice to the competent authority",
        "Delegated Regulation (EU) 2016/161, Art. 18 (manufacturers), 24 (wholesalers), 30 (supply)",
        "eu-authority",
        (
            "Incident number",
            "Date of the suspicion",
            "Classification",
            "Name of the product",
            "Marketing authorisation",
            "GTIN",
            "Lot numbers",
            "Expiration dates",
            "Serial numbers",
            "Quantity",
            "Description of the event",
            "Risk for patients",
            "What was searched",
            "Disposition of the product",
            "Authority",
            "Company",
            "Contact",
        ),
    ),
    "partner-reply": About(
        "Reply to a request for verification",
        "FD&C Act 582(b)(4)(C): within 24 hours",
        "us-verification",
        (
            "Incident number",
            "Request",
            "Name of the product",
            "GTIN",
            "Lot numbers",
            "Expiration dates",
            "Serial numbers",
            "Result of the verification",
            "What was searched",
            "Disposition of the product",
            "Company",
            "Contact",
        ),
    ),
    "partner-information": About(
        "Reply to a request for transaction information",
        "FD&C Act 582(b)(1)(B): within 1 business day, at most 48 hours",
        "us-information",
        (
            "Incident number",
            "Request for information",
            "Name of the product",
            "NDC",
            "GTIN",
            "Strength",
            "Dosage form",
            "Container size",
            "Number of containers",
            "Lot numbers",
            "Expiration dates",
            "Serial numbers",
            "Date of the transaction",
            "Date of shipment",
            "From whom",
            "To whom",
            "Transaction statement",
            "Company",
            "Contact",
        ),
    ),
}
"""Short name -> worksheet. Fields of transaction information after FD&C Act 581(26)."""
PERSON_FIELDS = frozenset(
    {
        "Active ingredients",
        "Use",
        "Description of the product",
        "Strength",
        "Dosage form",
        "Other reports",
        "Contact",
        "Marketing authorisation",
        "Authority",
        "Result of the verification",
        "Container size",
        "Number of containers",
        "Date of the transaction",
        "Date of shipment",
        "From whom",
        "To whom",
        "Transaction statement",
    }
)
"""Fields that neither record nor files know."""
FIELDS = tuple(dict.fromkeys(field for about in SHEETS.values() for field in about.fields))
"""Every field of any worksheet."""

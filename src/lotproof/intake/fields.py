"""What a kind of source declares: its fields with the words that head their columns, and what its rows become."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property, lru_cache

from lotproof.intake.languages import in_all_languages


class Type(Enum):
    """How the values of a column are read."""

    TEXT = "text"
    CODE = "code"  # an identifier in any spelling: serial, element string, URN, Digital Link, SSCC
    GTIN = "gtin"
    SSCC = "sscc"
    TIME = "time"
    DATE = "date"  # kept as written
    NUMBER = "number"
    WORD = "word"  # one of a vocabulary


@dataclass(frozen=True)
class Field:
    """One field of a kind of source."""

    name: str
    """The name that the kind's SQL uses."""
    type: Type
    """How its values are read."""
    words: tuple[str, ...]
    """Headers that mean this field, in any case and with any punctuation (DOMAIN C.2)."""
    vocabulary: str = ""
    """For WORD: the vocabulary (see `vocabulary.py`)."""
    needed: bool = False
    """A row with no value here is quarantined."""
    known: frozenset[str] = frozenset()
    """Values of which a column of this field consists, where it has any but these it is none; empty where there is no such list."""

    @cached_property
    def synonyms(self) -> tuple[str, ...]:
        """The words in all languages, those that the kind declares first."""
        return in_all_languages(self.words)

    def __hash__(self) -> int:  # asked for with every header; the rest is the same where these are
        return hash((self.name, self.words))


@dataclass(frozen=True)
class Kind:
    """One kind of delimited source."""

    name: str
    """The kind's name, as in receipts and profiles."""
    title: str
    """What a person calls it."""
    fields: tuple[Field, ...]
    """Its fields."""
    requires: tuple[tuple[str, ...], ...]
    """Groups of fields: a file is of this kind only if of each group at least one column is there."""
    emits: tuple[tuple[str, str], ...]
    """(table, SELECT) pairs over the relation ``t`` of readable rows."""
    forbids: tuple[str, ...] = field(default=())
    """Fields of which a file of this kind has none: they tell it from its neighbour."""
    least: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """(name, number fields) of further columns of ``t``: the least of the numbers that are there. The SELECTs look at those fields
    nowhere else."""
    passed: tuple[str, ...] | None = None
    """Text fields that the SELECTs hand on without looking at them. Only kinds that state them are read by columns
    (`columns/read.py`); of codes and times the SELECTs of such a kind ask no more than whether they are there and whether two
    serials are equal."""

    def __hash__(self) -> int:  # as that of a field
        return hash(self.name)

    def field_named(self, name: str) -> Field:
        """The field of this name; KeyError when the kind has none."""
        for candidate in self.fields:
            if candidate.name == name:
                return candidate
        raise KeyError(name)


_FOLD = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "ae", "Ö": "oe", "Ü": "ue", "ı": "i", "ł": "l", "Ł": "l"})


_FOLD_CASED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ı": "i", "ł": "l", "Ł": "L"})


def header_key(text: str) -> str:
    """A header reduced to what is compared: no case, accents, spaces or punctuation."""
    return _remembered_key(text) if len(text) <= _REMEMBERED else _key(text)


_REMEMBERED = 80
"""Characters of a text whose key is remembered: the words of the kinds are asked for with every file."""


def _key(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.translate(_FOLD)).lower()
    # A word of signs alone ("-", a tick) is compared as it stands.
    return "".join(char for char in plain if char.isalnum()) or text.strip()


_remembered_key = lru_cache(maxsize=1 << 14)(_key)


@lru_cache(maxsize=1 << 12)
def header_keys(text: str) -> tuple[str, ...]:
    """The keys under which a header is looked up, the whole first: without what stands in brackets, then each side of a
    stroke or line end ("Charge / Lot", "Seriennummer (21)")."""
    bare = re.sub(r"[(\[{][^)\]}]*[)\]}]", " ", text)
    parts = [part for part in re.split(r"\s*[/|\n\r]\s*|\s+-\s+", bare) if part.strip()]
    keys = [header_key(part) for part in (text, bare, *(parts if len(parts) > 1 else [])) if part.strip()]
    return tuple(dict.fromkeys(keys)) or ("",)


_FILLERS = {
    "at", "on", "am", "um", "ts", "time", "timestamp", "date", "datetime", "zeit", "zeitpunkt", "datum", "id", "no",
    "nr", "num",
    "number", "nummer", "code", "text", "string", "name", "value", "wert", "der", "die", "das", "the", "of", "in", "je",
    "per", "uhrzeit",
}  # fmt: skip
_TAILS = ("zeitpunkt", "zeit", "nummer", "datum", "code", "text", "kennung")


@lru_cache(maxsize=1 << 14)
def header_stems(text: str) -> tuple[str, ...]:
    """The telling words of a header: "ALLOC_TS", "Allocated at" and "Zuteilungszeit" lose what says only time or number."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", text.translate(_FOLD_CASED))
    words = [word.lower() for word in re.split(r"[^A-Za-z0-9]+", unicodedata.normalize("NFKD", spaced)) if word]
    stems = []
    for word in words:
        tail = next((t for t in _TAILS if word.endswith(t) and len(word) - len(t) >= 4), "")
        stems.append(word[: len(word) - len(tail)] if tail else word)
    return tuple(stem for stem in stems if stem not in _FILLERS) or tuple(words)


def stems_agree(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two headers say the same in longer or shorter words: each word of one begins the other's, three letters at least."""
    return len(one) == len(other) and all(
        min(len(a), len(b)) >= 3 and (a.startswith(b) or b.startswith(a)) for a, b in zip(one, other, strict=True)
    )


def stems_within(few: tuple[str, ...], many: tuple[str, ...]) -> bool:
    """Whether each of a few words is among many, in any order: equal, or one begins the other with four letters at least."""
    return bool(few) and len(many) <= len(few) + 2 and all(
        any(a == b or (min(len(a), len(b)) >= 4 and (a.startswith(b) or b.startswith(a))) for b in many) for a in few
    )


def text(name: str, *words: str, needed: bool = False) -> Field:
    """A field of plain text."""
    return Field(name, Type.TEXT, words, needed=needed)


def code(name: str, *words: str, needed: bool = False) -> Field:
    """A field that holds an identifier in any spelling."""
    return Field(name, Type.CODE, words, needed=needed)


def time(name: str, *words: str, needed: bool = False) -> Field:
    """A field of times."""
    return Field(name, Type.TIME, words, needed=needed)


def number(name: str, *words: str, needed: bool = False) -> Field:
    """A field of numbers."""
    return Field(name, Type.NUMBER, words, needed=needed)


def word(name: str, vocabulary: str, *words: str, needed: bool = False) -> Field:
    """A field of words from a vocabulary."""
    return Field(name, Type.WORD, words, vocabulary, needed)


def gtin(*words: str) -> Field:
    """The field of the trade item number."""
    return Field("gtin", Type.GTIN, words or GTIN_WORDS)


def sscc(name: str, *words: str, needed: bool = False) -> Field:
    """A field of logistic unit numbers."""
    return Field(name, Type.SSCC, words, needed=needed)


GTIN_WORDS = (
    "GTIN", "NTIN", "EAN", "EAN11", "ProductCode", "PC", "GTIN14", "ItemCode", "NDC", "Artikelnummer GTIN", "TradeItem",
    "Produktcode", "EAN/UPC", "Product Id", "GTIN-14", "Pharmacode GTIN", "Trade Item Number", "Material GTIN", "PZN/NTIN",
)  # fmt: skip
LOT_WORDS = (
    "Lot", "Batch", "Charge", "CHARG", "LotNo", "LotNumber", "BatchNo", "BatchNumber", "Chargennummer", "Los", "Losnummer",
    "BatchId", "LotId", "Chargen-Nr", "Ch.-B.", "Ch.", "Chg.", "Batch/Lot", "Lot/Batch", "Batch Code", "Lot Code", "Charge Nr.", "LotNum",
)  # fmt: skip
ORDER_WORDS = (
    "OrderNo", "WorkOrder", "PO", "Auftrag", "AUFNR", "Auftragsnummer", "Order", "JobId", "Job", "ProcessOrder",
    "ProductionOrder", "Prozessauftrag", "Fertigungsauftrag", "OrderNumber", "OrderId", "Work Order No", "JobNo", "Auftragsnr",
    "Auftrags-Nr",
    "Auftr.", "Auftr.-Nr.", "PO No.", "PO Number", "ManufacturingOrder", "Manufacturing Order", "MO", "MO No", "WO", "WO No",
    "Run", "RunId",
    "PackagingOrder", "Packaging Order", "Verpackungsauftrag", "FA-Nr", "Fert.-Auftrag", "Job Number", "Process Order Id",
)  # fmt: skip
USER_WORDS = (
    "Operator", "User", "Bediener", "Benutzer", "UserId", "OperatorId", "USNAM", "User Name", "Benutzername", "Auditor",
    "Pruefer", "Prüfer", "ScannedBy", "Mitarbeiter", "UserName", "Bearbeiter", "Erfasser", "Inspector", "Scanner User",
    "Employee",
    "Person",
)  # fmt: skip
EXPIRY_WORDS = (
    "Expiry", "Exp", "ExpiryDate", "ExpirationDate", "Verfall", "Verfalldatum", "VFDAT", "Verwendbar bis", "MHD", "ExpDate",
    "UseBy", "SLED/BBD", "Expires", "Expires on", "Best before", "Best before end", "BBE",
)  # fmt: skip
SERIAL_WORDS = (
    "SerialNumber", "Serial", "SN", "Seriennummer", "SerialNo", "SerNo", "SERNR", "Serien-Nr", "SerialNr", "UnitSerial",
    "Identifier", "UID", "Kennung", "Serial Number", "Serialnummer", "SNR", "S/N", "Seriennr", "Serien Nr.", "UnitSN", "Unit SN",
    "ItemSerial",
    "Item Serial", "Serial No.", "SerialNum", "Serialised Number", "Serialized Number", "Ser.-Nr.", "PackSerial", "Pack SN",
    "Unique Identifier", "SGTIN", "EPC URI", "Serialised Code", "Serialized Code", "UI", "Digital Link", "Object Code", "OBJCODE",
)  # fmt: skip
SCAN_TIME_WORDS = (
    "ScanTime", "Scanzeit", "Timestamp", "Zeitstempel", "Time", "DateTime", "Zeit", "Scan Time", "ScannedAt", "Zeitpunkt",
    "ScanDateTime", "Date/Time", "CountTime", "ReadTime", "Datum/Uhrzeit", "TS", "Event Time", "Event_TS", "Recorded At",
    "Logged At", "LogTime",
    "Local Time", "UTC Time", "Check Time", "Checked At", "TStamp",
)  # fmt: skip

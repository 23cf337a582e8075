"""Words that sites use for states, levels and results, and what they mean here.

A site's own statement (export note, mapping profile) goes before these tables: "Scrapped" is a label at one site and
a commissioned pack at another.
"""

from __future__ import annotations

from collections.abc import Mapping

from lotproof.intake import vocabulary_words
from lotproof.intake.fields import header_key


def _table(groups: Mapping[str, str], others: Mapping[str, str]) -> dict[str, str]:
    """Word -> meaning; what English and German say goes before the same letters in another language."""
    return {header_key(word): meaning for table in (others, groups) for meaning, words in table.items() for word in words.split("|")}


STATE = _table(
    {
        "commissioned": "Good|Gut|Commissioned|Active|Aktiv|Aggregated|Aggregiert|Packed|Verpackt|Applied|OK|Used|i.O.|IO"
        "|Kommissioniert|Aggregate|Commission|Pack|Verified|Geprüft|Verwendet|Accepted|Gutteil|In Ordnung|Completed|Produced|Inbetrieb|Gutstück"
        "|CMSN",
        "label_scrapped": "Rejected|Reject|Discarded|Ausschuss|LabelScrapped|Label Scrapped|n.i.O.|NIO|Schlecht|Ausgeschleust|Bad"
        "|Verworfen|Failed|Etikett vernichtet|Scrapped Label|Ejected|SCRP|NOK|NG|Scrapped label|Abgewiesen|Schlechtteil|Label destroyed",
        "label_sampled": "LabelSampled|Label Sampled|Etikettenmuster|Label Sample|Setup Sample|Einrichtmuster|LBL_SMPL"
        "|Rückstelletikett|Etikett Muster|Muster Etikett|LSMP|LS",
        "sampled": "Sampled|Sample|Muster|Probe|Bemustert|QA Sample|Retain|Rückstellmuster|SMPL|SMP|Entnommen",
        "destroyed": "Destroyed|Scrapped|Vernichtet|Zerstört|Verschrottet|DSTR|DES|Destroy|Scrap",
        "inactivated": "Inactive|Inaktiv|Decommissioned|Stillgelegt|Dekommissioniert|Locked|Gesperrt|Inactivated",
        "returned_unused": "Unused|Ungenutzt|Not Printed|Nicht gedruckt|Unbenutzt|Nicht verwendet|Returned|Unverwendet|Allocated|Unallocated|Zurückgegeben|Free"
        "|ReturnedToPool|Nicht benutzt|Frei|Available|Idle|Unassigned|Provisioned|Not used|UNUS|UNU|Spare|Return unused|Nicht benötigt",
        "invalidated": "Invalid|Deactivated|Ungültig|SN_INVALID|SNInvalid|Invalidated|Deaktiviert|Entwertet|Void|Voided|INVD|Invalidate",
        "encoded": "Printed|Print|Encoded|Gedruckt|Kodiert|InProcess|In Process|In Arbeit",
    },
    vocabulary_words.STATE,
)
"""Last state of a number or pack at the line controller -> step (OPEN-SCS, OPC 30260, serial number states)."""

LEVEL = _table(
    {
        "unit": "EA|Each|Unit|Pack|Item|ST|Stk|Stück|Einzel|Packung|Primary|Saleable|Faltschachtel|PCE|PC|PK|Carton Unit|L1",
        "bundle": "BDL|Bundle|Inner|Bündel|Inner Pack|BND",
        "case": "CSE|Case|CS|Karton|KAR|CAR|CTN|Shipper|Versandkarton|CA|Umkarton|Kiste|KI|Tertiary|BOX",
        "pallet": "PAL|Pallet|Palette|PLT|PF|PLL|Pal.",
    },
    vocabulary_words.LEVEL,
)
"""Packaging level, units of measure included -> level."""

READ = _table(
    {
        "pass": "Success|Verified|PASS|OK|GOOD|GUT|IO|i.O.|P|Passed|True|1|Accept|Accepted|Gelesen|Bestanden",
        "fail": "FAIL|NOK|NG|BAD|NIO|n.i.O.|SCHLECHT|F|Failed|False|0|Reject|Rejected|Fehler|Mismatch|Nicht bestanden",
        "no_read": "NOREAD|NO READ|NO_READ|NR|UNLESBAR|Nicht gelesen|NotRead|No code|Nicht lesbar|Keine Lesung|Nicht lesbar|N",
    },
    vocabulary_words.READ,
)
"""Camera verdict."""

PRINT = _table(
    {
        "ok": "OK|PRINTED|GOOD|GUT|Gedruckt|Done|1|IO|i.O.|Success|PASS|Print",
        "setup": "SETUP|TEST|EINRICHTEN|Einrichtung|Set-up|Setup print|Testdruck|Rüsten",
        "failed": "NOK|FAILED|FAIL|ERROR|Fehler|VOID|0|Abbruch|Aborted|NIO|Reject",
    },
    vocabulary_words.PRINT,
)
"""Printer result."""

FLAG = _table(
    {
        "true": "Y|Yes|J|Ja|True|1|X|Partial|Anbruch|T|Wahr",
        "false": "N|No|Nein|False|0|F|Full|Voll|-|Falsch",
    },
    vocabulary_words.FLAG,
)
"""Yes or no."""

VOCABULARIES: Mapping[str, Mapping[str, str]] = {
    "state": STATE,
    "level": LEVEL,
    "read": READ,
    "print": PRINT,
    "flag": FLAG,
}

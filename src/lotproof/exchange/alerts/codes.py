"""Alert codes of the EMVS and of the national systems, failure reasons of verification answers: what they mean, as data (DOMAIN A.4, A.5).

Sources that map national codes to those of the hub do not all agree, and systems add codes. What a site knows better stands in
`alerts.toml` of its workspace: `[codes]` with lines such as `41020099 = "A68"`, and `burst_hours`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lotproof.exchange.alerts.alert import Class
from lotproof.intake.problem import SourceProblem

FILE = "alerts.toml"
BURST_HOURS = 24.0
"""Alerts of one pack and code within so many hours of each other are one signal."""


@dataclass(frozen=True)
class Code:
    """An alert code of the hub."""

    name: str
    """A3."""
    means: str
    """What it says."""
    usual: Class
    """What it is as a rule."""
    test: str
    """The question that our data can answer."""
    national: tuple[str, ...] = ()
    """Codes of national systems for it; what ends in x stands for every code that begins so."""


CODES = {
    code.name: code
    for code in (
        Code(
            "A2", "batch not found", Class.TECHNICAL, "Is the lot in our uploads, and was it before the alert?",
            ("NMVS_FE_LOT_03", "41020002"),
        ),
        Code(
            "A3", "serial number unknown", Class.TECHNICAL,
            "Is the serial among those commissioned, those uploaded, those rejected; is it after a change of format?", ("NMVS_NC_PC_02",),
        ),
        Code(
            "A7", "pack is already in the requested state", Class.PROCEDURAL,
            "Was the pack scanned or changed before?", ("NMVS_NC_PCK_19",),
        ),
        Code(
            "A24", "status change could not be performed", Class.PROCEDURAL,
            "Did the pack end as a sample, destroyed or rejected; was its number printed twice; was it supplied?",
            ("NMVS_NC_PCK_22", "NMVS_NC_PCK_27", "NMVS_NC_PCK_06", "5122x"),
        ),
        Code(
            "A52", "expiry date does not match", Class.TECHNICAL,
            "Is the expiry the same in another form, such as day 00 and the last day?",
            ("NMVS_FE_LOT_12",),
        ),
        Code(
            "A68", "batch does not match the serial number", Class.TECHNICAL, "Is the lot the same after a change of format?",
            ("NMVS_FE_LOT_13", "41020003", "41020007", "41020008", "41020009"),
        ),
    )
}  # fmt: skip
"""Hub code -> what it means. A99 is the generic header of before release 1.8: the text may still name the code."""
REASONS: Mapping[str, tuple[str, ...]] = {
    "No_match_GTIN_Serial": ("A3",),
    "No_match_GTIN_Serial_Lot": ("A68",),
    "No_match_GTIN_Serial_Expiry": ("A52",),
    "No_match_GTIN_Serial_Lot_Expiry": ("A68", "A52"),
}
"""Failure reason of an answer (GS1 Lightweight Messaging) -> the codes whose tests it asks for."""
POLICY = ("Manufacturer_policy", "Not_for_re-distribution")
"""Failure reasons that speak of no fault: the same condition may be answered with true or false."""
NO_SERVICE = "GTIN_not_in_directory"
"""HTTP 404: no service is known for the GTIN, which is neither positive nor negative."""
ASKS = {"verification": "us-verification", "information": "us-information"}
"""What a request asks for -> the clock that begins with it."""


@dataclass(frozen=True)
class Settings:
    """What a site sets."""

    codes: Mapping[str, str] = field(default_factory=dict)
    """Code as written -> code of the hub."""
    burst_hours: float = BURST_HOURS
    """Hours within which alerts of one pack and code are one signal."""

    def hub_code(self, written: str) -> str:
        """The code of the hub; the code as written, without sign and blanks, where nothing maps it."""
        plain = written.strip().lstrip("#").strip()
        if plain in self.codes:
            return self.codes[plain]
        upper = plain.upper()
        for code in CODES.values():
            if upper == code.name or any(_is(upper, one) for one in code.national):
                return code.name
        named = re.search(r"#?\b(A\d{1,3})\b", upper)
        return named[1] if named and named[1] in CODES else plain


def _is(written: str, national: str) -> bool:
    return written.startswith(national[:-1]) if national.endswith("x") else written == national or written.startswith(f"{national} ")


def read_settings(root: Path) -> Settings:
    """The settings of a workspace; SourceProblem where its file cannot be read."""
    path = root / FILE
    if not path.exists():
        return Settings()
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
        codes, hours = told.pop("codes", {}), told.pop("burst_hours", BURST_HOURS)
    except (ValueError, OSError) as error:
        raise SourceProblem(f"{path} is no TOML ({error}); mend it, docs/alerts.md shows one.") from None
    wrong = [f'"{name}"' for name in told]
    wrong += [f'codes."{name}" = "{code}"' for name, code in codes.items() if code not in CODES]
    if wrong or not isinstance(hours, int | float) or isinstance(hours, bool) or hours <= 0:
        what = wrong[0] if wrong else f"burst_hours = {hours}"
        raise SourceProblem(f"{path}: {what} is not understood; codes are mapped to one of {', '.join(CODES)}, burst_hours is above 0.")
    return Settings({str(name): str(code) for name, code in codes.items()}, float(hours))

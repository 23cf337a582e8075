"""The identity of one thing: a serialised trade item, a logistic unit, or as much of it as is known."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Item:
    """What a row or a person names; two spellings of one thing give equal items."""

    gtin: str | None = None
    """GTIN-14, digits."""
    serial: str | None = None
    """AI (21), case-sensitive text, leading zeros kept."""
    sscc: str | None = None
    """SSCC-18, digits."""

    @property
    def text(self) -> str:
        """The canonical spelling, bracketed: `(01)09512345678901(21)ABC123` or `(00)395123456789012345`."""
        parts = (("00", self.sscc), ("01", self.gtin), ("21", self.serial))
        return "".join(f"({code}){value}" for code, value in parts if value is not None)

"""Packs of the small site as a scanner sends them."""

from __future__ import annotations

import csv

from small_site import Site

GS = "\x1d"


def packs_of(site: Site, lot: str) -> list[str]:
    """Packs of a lot that were packed, as a scanner sends their Data Matrix."""
    rows = csv.DictReader((site.folder / "Linie" / f"L2_batch_{lot}.txt").read_text(encoding="utf-16").splitlines())
    good = [row for row in rows if (row["Packebene"], row["Zustand"]) == ("PK", "i.O.") and row["Uebergeordnet"]]
    days = [row["Verfalldatum"].replace("-", "")[2:] for row in good]
    return [f"]d201{row['NTIN']}21{row['Serialnummer']}{GS}10{lot}{GS}17{day}" for row, day in zip(good, days, strict=True)]

"""Simulated sites, taken in and examined: what the rules and the diagnosis say, held against the truth of the site."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lotproof.diagnosis.diagnose import diagnose
from lotproof.diagnosis.scope import look_around, scope
from lotproof.gs1.reading import read
from lotproof.intake.folder import Delivery, intake
from lotproof.lake.resolve import Source
from lotproof.lake.store import Lake
from lotproof.rules.check import Outcome, check
from lotproof.simulate import SiteSpec, iter_files, truth_of

MINOR = {"minor", "info"}


def examined(root: Path, faults: tuple[str, ...], seed: int, units: int = 1200) -> tuple[dict[str, Any], Outcome]:
    """The truth of a site with these faults, and what Lotproof says of it."""
    spec = SiteSpec(seed=seed, units=units, faults=faults)
    lake, sources = delivered(root, spec)
    return truth_of(spec), check(lake, sources, root / "spill", explain=diagnose, look=look_around, reach=scope)


def delivered(root: Path, spec: SiteSpec) -> tuple[Lake, list[Source]]:
    """A simulated site written below ``root`` and taken in."""
    for name, pieces in iter_files(spec):
        (root / "site" / name).parent.mkdir(parents=True, exist_ok=True)
        with (root / "site" / name).open("wb") as stream:
            stream.writelines(pieces)
    lake = Lake(root / "lake")
    receipts = intake(Delivery(root / "site"), lake)
    return lake, [Source(r.sha256, r.name, r.kind) for r in receipts if r.segment]


def plain(item: str) -> str:
    """The serial or SSCC of an item, as truths name it; any other text as it is."""
    if not item.startswith("("):
        return item
    found = read(item)
    return found.sscc or found.serial or item


def assert_as_the_truth_says(truth: dict[str, Any], outcome: Outcome) -> None:
    """Every expected finding with all its items and no others, nothing forbidden, the exact partition."""
    here = [found for found in outcome.findings if found.lot in (truth["lot"], "")]
    for expected in truth["expected"]:
        codes = {expected["code"], *expected.get("alt_codes", [])}
        items = {plain(item) for found in here if found.code in codes for item in found.items}
        assert any(found.code in codes for found in here), expected["code"]
        wanted = set(expected.get("items", expected.get("parents", [])))
        assert wanted <= items, (expected["code"], sorted(wanted - items)[:5])
        kind = {item for item in items if (len(item) == 18 and item.isdigit()) == ("parents" in expected)}
        if wanted:
            assert kind <= wanted | set(expected.get("optional_items", [])), (expected["code"], sorted(kind - wanted)[:5])
    assert {found.code for found in here if found.severity not in MINOR}.isdisjoint(truth["forbidden"])
    counts = {balance.lot: balance.counts for balance in outcome.balances}
    for lot, partition in {truth["lot"]: truth["partition"], **truth["neighbours"]}.items():
        assert {name: counts[lot][name] for name in partition} == partition

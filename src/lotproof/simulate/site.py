"""Simulating a site: its files and its truth."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lotproof.simulate.files import Delivery
from lotproof.simulate.line import run_site
from lotproof.simulate.spec import SiteSpec
from lotproof.simulate.truth import truth

SAMPLE_FAULTS = (
    "truncated_upload", "jam_orphans", "double_print", "two_parents", "separator_lost", "no_read_burst",
    "stock_mismatch",
)  # fmt: skip


@dataclass(frozen=True)
class Site:
    """A simulated site."""

    spec: SiteSpec
    """What was asked for."""
    files: dict[str, bytes]
    """Path with forward slashes to content: what the site hands over."""
    truth: dict[str, Any]
    """The answer, in the shape of a lot's truth.json; never part of the delivery."""


def simulate(spec: SiteSpec) -> Site:
    """The site with this spec, all in memory; the same spec gives the same bytes.

    Raises SpecError where a lot has too few cases for the faults asked for.
    """
    world = run_site(spec)
    return Site(spec, {path: b"".join(blocks) for path, blocks in Delivery(world).files()}, truth(world))


def iter_files(spec: SiteSpec) -> Iterator[tuple[str, Iterator[bytes]]]:
    """The same files as `simulate`, one after the other in blocks, so that large sites need little memory.

    Holds arrays of numbers for all lots (about 80 bytes a pack) and one block of text.
    """
    return Delivery(run_site(spec)).files()


def truth_of(spec: SiteSpec) -> dict[str, Any]:
    """The truth of the site with this spec, without writing its files."""
    return truth(run_site(spec))


def sample(seed: int = 20260970) -> SiteSpec:
    """The demonstration site: one investigated order of 5,000 packs between two neighbours, with seven faults.

    The default seed gives headers in three languages, all four encodings, workbooks, checksums and split hub files.
    """
    return SiteSpec(seed=seed, units=5000, neighbours=2, faults=SAMPLE_FAULTS)

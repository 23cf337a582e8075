"""Renewals on the days that matter: made before a certificate ends they carry over, made after it they do not. Clocks are moved."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import local_tsa
import pytest
from sealed_pack import Kit, make_kit, text
from synthetic_pack import both, codes, sentences
from timed_authority import timed

from lotproof.packs.renewal import renew_pack

NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def cast(tmp_path_factory):
    """A pack whose seal ends after 20 days and its timestamp after 30; one authority for 100 days, one for ten years; all roots."""
    folder = tmp_path_factory.mktemp("late")
    own = local_tsa.make_authority(folder / "own", "Own", seal_days=20, stamp_days=30)
    middle = local_tsa.make_authority(folder / "middle", "Middle", stamp_days=100, kind="rsa")
    last = local_tsa.make_authority(folder / "last", "Last", kind="rsa")
    roots = folder / "roots.pem"
    roots.write_bytes(b"".join(authority.ca.read_bytes() for authority in (own, middle, last)))
    with local_tsa.serving(own) as url:
        kit = make_kit(folder, own, url)
    return kit, middle, last, roots


@pytest.fixture
def pack(cast, tmp_path: Path) -> Path:
    kit: Kit = cast[0]
    return kit.copy(tmp_path)


def day(days: float) -> datetime:
    return NOW + timedelta(days=days)


def renewed(pack: Path, authority: local_tsa.Authority, days: float, algorithm: str = "sha512") -> None:
    renew_pack(pack, f"{day(days):%Y-%m-%d}", timed(authority, day(days)), algorithm, anew=algorithm != "sha512")


def judged(pack: Path, cast, days: float) -> dict[str, Any]:
    return both(pack, ca=cast[3], at=text(day(days)))


HASHES = pytest.mark.parametrize("algorithm", ["sha512", "sha3-512"])


@HASHES
@pytest.mark.parametrize("at", [40, 1000])
def test_made_before_the_timestamp_ends_it_carries_over(pack, cast, algorithm, at):
    renewed(pack, cast[2], 29, algorithm)
    report = judged(pack, cast, at)
    assert report["exit_code"] == 0, sentences(report)


@HASHES
@pytest.mark.parametrize("at", [40, 1000])
def test_made_after_the_timestamp_ended_it_does_not(pack, cast, algorithm, at):
    renewed(pack, cast[2], 31, algorithm)
    report = judged(pack, cast, at)
    assert (report["exit_code"], codes(report)) == (3, {"certificate-time"})
    told = " ".join(sentences(report))
    assert f"was not valid on {day(31):%Y-%m-%d}, and no timestamp from its lifetime covers it; a renewal before its end would have." in told


def test_made_between_the_end_of_the_seal_and_of_its_timestamp_it_is_in_time(pack, cast):
    renewed(pack, cast[2], 25)
    assert judged(pack, cast, 1000)["exit_code"] == 0


@pytest.mark.parametrize(("second", "code"), [(99, 0), (101, 3)])
@HASHES
def test_each_renewal_of_a_chain_has_to_be_in_time(pack, cast, second, code, algorithm):
    renewed(pack, cast[1], 29)
    renewed(pack, cast[2], second, algorithm)
    report = judged(pack, cast, 1000)
    assert (report["exit_code"], codes(report)) == (code, {"certificate-time"} if code else set())


def test_two_late_renewals_do_not_make_a_timely_one(pack, cast):
    renewed(pack, cast[1], 31)
    renewed(pack, cast[2], 32)
    assert judged(pack, cast, 1000)["exit_code"] == 3


def test_a_renewal_that_states_a_day_before_it_was_made_gains_nothing(pack, cast):
    """The folder says day 29, the authority says day 31: only the authority counts."""
    renew_pack(pack, f"{day(29):%Y-%m-%d}", timed(cast[2], day(31)))
    assert judged(pack, cast, 1000)["exit_code"] == 3

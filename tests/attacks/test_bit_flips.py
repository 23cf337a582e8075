"""Single flipped bits in every file of a sealed pack: both verifiers say the same, and pass only where nothing has a meaning."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from sealed_pack import Kit
from synthetic_pack import codes

MEANINGLESS = ("seal/statement.json.p7s", "seal/statement.json.p7s.tsr", "seal/checkpoint.tsr")
"""CMS has bytes that no signature covers and that mean nothing: a version number, upper and lower case in the name of an issuer."""


def every_file(root: Path) -> list[str]:
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())


def flipped(kit: Kit, pack: Path, path: str, position: int, bit: int) -> int:
    """Flip, judge, put back; give the exit code."""
    before = (pack / path).read_bytes()
    data = bytearray(before)
    data[position] ^= 1 << bit
    (pack / path).write_bytes(data)
    report = kit.judge(pack, alike=(lambda place: False) if path in MEANINGLESS else None)
    assert report["exit_code"] == report["alone"]["exit_code"], (path, position, bit)
    (pack / path).write_bytes(before)
    if path not in MEANINGLESS:
        assert report["exit_code"] == 1, (path, position, bit, codes(report))
    return int(report["exit_code"])


def test_two_seeded_places_in_each_file(kit, pack):
    chance = random.Random(20261003)
    for path in every_file(pack):
        size = (pack / path).stat().st_size
        for position in {chance.randrange(size), size - 1}:
            flipped(kit, pack, path, position, chance.randrange(8))


@pytest.mark.slow
def test_a_sweep_over_every_region(kit, pack):
    """Every fourth byte of what is signed, every eighth of the rest at most 300 a file; the bit rotates."""
    passed, judged = [], 0
    for path in every_file(pack):
        size = (pack / path).stat().st_size
        step = 4 if path.startswith("seal/") else max(8, size // 300)
        for position in range(0, size, step):
            judged += 1
            if flipped(kit, pack, path, position, position // step % 8) == 0:
                passed.append((path, position))
    assert judged > 1_000
    assert len(passed) <= judged // 100 and {path for path, _ in passed} <= set(MEANINGLESS), passed

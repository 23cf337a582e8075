"""Rows that were dealt out by ranges come back whole, range by range."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from lotproof.rules.screen import deal
from lotproof.rules.screen.deal import Deal
from lotproof.rules.screen.kernel import NEVER, Rows

NAMES = [field.name for field in fields(Rows)]


def _rows(seed: int, count: int, *, sorted_keys: bool, spoken: tuple[str, ...]) -> Rows:
    """Rows with keys over the whole range; columns that are not spoken say nothing."""
    chance = np.random.default_rng(seed)
    absent = {"at": NEVER, "recorded": NEVER, "grade": np.nan}
    empty = Rows.none()
    columns = {name: np.full(count, absent.get(name, 0), getattr(empty, name).dtype) for name in NAMES}
    for name in spoken:
        columns[name] = chance.integers(1, 1000, count).astype(columns[name].dtype)
    key = chance.integers(0, 1 << 60, count, dtype=np.int64).astype(np.uint64) << np.uint64(3) | np.uint64(seed % 8)
    return Rows(**(columns | {"key": np.sort(key) if sorted_keys else key}))


def _as_set(rows: Rows) -> list[tuple[object, ...]]:
    lists = [np.nan_to_num(getattr(rows, name), nan=-1).tolist() for name in NAMES]
    return sorted(zip(*lists, strict=True))


@pytest.mark.parametrize("ranges", [1, 2, 7, 64])
@pytest.mark.parametrize("held", [1, 50, 10_000])
def test_all_rows_come_back_each_in_its_range(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ranges: int, held: int) -> None:
    monkeypatch.setattr(deal, "HELD_ROWS", held)
    pieces = [
        _rows(1, 101, sorted_keys=True, spoken=("lot", "at", "low")), _rows(2, 33, sorted_keys=False, spoken=("lot", "gtin", "day", "device", "file")),
        _rows(3, 1, sorted_keys=True, spoken=("lot",)), _rows(4, 77, sorted_keys=True, spoken=tuple(name for name in NAMES if name != "key")), Rows.none(),
    ]  # fmt: skip
    dealt = Deal(tmp_path, ranges)
    for piece in pieces:
        dealt.take(piece)
    given = list(dealt.give())
    assert len(given) == ranges
    assert _as_set(Rows.join(given)) == _as_set(Rows.join(pieces))
    for number, rows in enumerate(given):
        place = (rows.key >> np.uint64(3)).astype(object) * ranges // (1 << 60)
        assert all(one == number for one in place)
    assert list(tmp_path.iterdir()) == []

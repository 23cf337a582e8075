"""Sources brought together: missing trade items found, one home lot an item, partitions that part nothing that belongs together."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from lake_site import GTIN, add_source, container, empty_lake, opened, unit

from lotproof.lake import resolve as room
from lotproof.lake.resolve import Resolved, Source, resolve

OTHER = "04012345999990"
Rows = list[tuple[str, dict[str, Any]]]
Resolve = Callable[..., tuple[duckdb.DuckDBPyConnection, Resolved]]


@pytest.fixture
def resolved(tmp_path: Path) -> Iterator[Resolve]:
    """Resolve sources given as name=rows; the name up to its number is the kind."""
    connection = opened(tmp_path)

    def made(**sources: Rows) -> tuple[duckdb.DuckDBPyConnection, Resolved]:
        lake = empty_lake(tmp_path / "lake")
        found = [add_source(connection, lake, f"{name}.csv", _kind(name), rows) for name, rows in sources.items()]
        return connection, resolve(connection, lake, found)

    yield made
    connection.close()


def _kind(name: str) -> str:
    kind = name.rstrip("0123456789")
    return "epcis-json" if kind == "hub" else kind


def order(number: str, lot: str, gtin: str | None = GTIN) -> tuple[str, dict[str, Any]]:
    return "order_master", {"order_no": number, "lot": lot, "gtin": gtin, "position": 1}


def column(connection: duckdb.DuckDBPyConnection, name: str, where: str) -> list[Any]:
    return [value for (value,) in connection.execute(f"SELECT {name} FROM resolved WHERE {where} ORDER BY 1").fetchall()]


def key(text: str) -> uuid.UUID:
    return uuid.UUID(hashlib.sha256(text.encode()).hexdigest()[:32])


def test_an_item_is_the_first_half_of_the_digest_of_its_text(resolved: Resolve) -> None:
    connection, _ = resolved(line=[unit("A1", "commissioned", lot="L1"), container("340123450000000001", "commissioned", lot="L1")])
    assert column(connection, "item", "serial = 'A1'") == [key(f"(01){GTIN}(21)A1")]
    assert column(connection, "item", "sscc IS NOT NULL") == [key("(00)340123450000000001")]


def test_epcis_documents_are_the_hub(resolved: Resolve) -> None:
    connection, _ = resolved(hub=[unit("A1", "commissioned", lot="L1")])
    assert column(connection, "kind", "true") == ["hub"]


def test_a_missing_trade_item_is_found_by_the_order(resolved: Resolve) -> None:
    connection, _ = resolved(orders=[order("O1", "L1")], printer=[unit("A1", "encoded", gtin=None, order_no="O1")])
    assert column(connection, "gtin", "true") == [GTIN]
    assert column(connection, "item", "true") == [key(f"(01){GTIN}(21)A1")]
    assert column(connection, "home", "true") == ["L1"]


def test_an_order_of_two_lots_finds_nothing(resolved: Resolve) -> None:
    connection, _ = resolved(orders=[order("O1", "L1"), order("O1", "L2")], printer=[unit("A1", "encoded", gtin=None, order_no="O1")])
    assert column(connection, "gtin", "true") == [None]
    assert column(connection, "home", "true") == [""]


def test_a_missing_trade_item_is_found_by_the_container(resolved: Resolve) -> None:
    connection, _ = resolved(
        line=[unit("A1", "aggregated", lot="L1", parent_text="(00)1")], audit=[unit("B9", "inspected", gtin=None, parent_text="(00)1")]
    )
    assert column(connection, "gtin", "serial = 'B9'") == [GTIN]


def test_a_container_of_two_trade_items_finds_nothing(resolved: Resolve) -> None:
    mixed = [unit("A1", "aggregated", lot="L1", parent_text="(00)1"), unit("A2", "aggregated", gtin=OTHER, lot="L1", parent_text="(00)1")]
    connection, _ = resolved(line=mixed, audit=[unit("B9", "inspected", gtin=None, parent_text="(00)1")])
    assert column(connection, "gtin", "serial = 'B9'") == [None]


def test_a_missing_trade_item_is_found_by_the_serial(resolved: Resolve) -> None:
    connection, _ = resolved(line=[unit("A1", "commissioned", lot="L1")], issues=[unit("A1", "shipped", gtin=None)])
    assert column(connection, "gtin", "step = 'shipped'") == [GTIN]
    assert column(connection, "home", "step = 'shipped'") == ["L1"]


def test_a_serial_of_two_trade_items_finds_nothing(resolved: Resolve) -> None:
    two = [unit("A1", "commissioned", lot="L1"), unit("A1", "commissioned", gtin=OTHER, lot="L2")]
    connection, _ = resolved(line=two, issues=[unit("A1", "shipped", gtin=None)])
    assert column(connection, "gtin", "step = 'shipped'") == [None]
    assert column(connection, "item", "step = 'shipped'") == [key("(21)A1")]


@pytest.mark.parametrize(
    ("sources", "home"),
    [
        ({"camera": "L4", "hub": "L2", "line": "L9"}, "L9"),
        ({"camera": "L1", "hub": "L2"}, "L2"),
        ({"camera": "L2", "numbers": "L1"}, "L2"),
        ({"numbers1": "L2", "numbers2": "L1"}, "L1"),
        ({"line1": "L2", "line2": "L1"}, "L1"),
    ],
)
def test_the_home_lot_is_that_of_the_source_that_knows_best(resolved: Resolve, sources: dict[str, str], home: str) -> None:
    connection, _ = resolved(**{name: [unit("A1", "commissioned", lot=lot)] for name, lot in sources.items()})
    assert set(column(connection, "home", "true")) == {home}
    assert sorted(column(connection, "lot", "true")) == sorted(sources.values())


def test_the_order_speaks_before_a_camera_and_after_the_hub(resolved: Resolve) -> None:
    connection, _ = resolved(
        orders=[order("O1", "L3"), order("O2", "L2")], printer=[unit("A1", "encoded", order_no="O1"), unit("A2", "encoded", order_no="O1")],
        camera=[unit("A1", "verified", lot="L1")], hub=[unit("A2", "commissioned", lot="L2")],
    )  # fmt: skip
    assert set(column(connection, "home", "serial = 'A1'")) == {"L3"}
    assert set(column(connection, "home", "serial = 'A2'")) == {"L2"}


def test_a_lot_that_no_order_has_founds_a_home_only_if_nothing_else_does(resolved: Resolve) -> None:
    connection, _ = resolved(
        orders=[order("O1", "L3")], printer=[unit("A1", "encoded", order_no="O1")],
        line=[unit("A1", "commissioned", lot="X9"), unit("A2", "commissioned", lot="X9"), unit("A3", "commissioned", lot="l3")],
    )  # fmt: skip
    assert set(column(connection, "home", "serial = 'A1'")) == {"L3"}
    assert set(column(connection, "home", "serial = 'A2'")) == {"X9"}
    assert set(column(connection, "home", "serial = 'A3'")) == {"l3"}


def test_a_case_lives_with_its_packs_and_a_pallet_with_its_cases(resolved: Resolve) -> None:
    connection, _ = resolved(hub=[
        unit("A1", "commissioned", lot="L1"), unit("A1", "aggregated", parent_text="(00)1"), container("1", "aggregated", parent_text="(00)9"),
        container("9", "shipped"),
    ])  # fmt: skip
    assert set(column(connection, "home", "true")) == {"L1"}


def test_all_rows_of_a_pack_without_lot_live_in_one_lot(resolved: Resolve) -> None:
    connection, _ = resolved(
        line=[container("1", "commissioned", lot="L2"), container("2", "commissioned", lot="L1")],
        hub=[unit("A1", "aggregated", parent_text="(00)1"), unit("A1", "aggregated", parent_text="(00)2"), unit("A1", "destroyed")],
    )
    assert set(column(connection, "home", "serial = 'A1'")) == {"L1"}


def test_loose_items_live_in_no_lot(resolved: Resolve) -> None:
    connection, made = resolved(line=[unit("A1", "commissioned", lot="L1")], hub=[unit("X9", "destroyed")])
    assert column(connection, "home", "serial = 'X9'") == [""]
    assert made.partitions == (("", "L1"),)


def test_a_source_given_twice_counts_once(tmp_path: Path) -> None:
    connection, lake = opened(tmp_path), empty_lake(tmp_path / "lake")
    claim = ("claim", {"claim": "stock", "lot": "L1", "quantity": 3.0, "position": 2})
    source = add_source(connection, lake, "a.csv", "line", [unit("A1", "commissioned", lot="L1"), claim])
    made = resolve(connection, lake, [source, Source(source.sha256, "copy of a.csv", "line")])
    assert made.rows == 1
    assert connection.execute("SELECT sum(quantity) FROM claim").fetchall() == [(3.0,)]


def test_a_quote_in_the_path_of_a_lake_is_a_letter(tmp_path: Path) -> None:
    connection, lake = opened(tmp_path), empty_lake(tmp_path / "the site's lake")
    source = add_source(connection, lake, "a.csv", "line", [unit("A1", "commissioned", lot="L1")])
    assert resolve(connection, lake, [source]).rows == 1


def test_nothing_resolves_to_nothing(resolved: Resolve) -> None:
    _, made = resolved()
    assert made == Resolved((), 0)


def test_a_lot_that_only_the_order_master_knows_has_its_partition(resolved: Resolve) -> None:
    _, made = resolved(orders=[order("O1", "L7")])
    assert made == Resolved((("L7",),), 0)


def parted(monkeypatch: pytest.MonkeyPatch, rows: int) -> None:
    monkeypatch.setattr(room, "PARTITION_ROWS", rows)


def lots(*names: str) -> Rows:
    return [unit(f"{name}S", "commissioned", lot=name) for name in names]


def test_lots_fill_partitions_up_to_the_size_in_their_order(resolved: Resolve, monkeypatch: pytest.MonkeyPatch) -> None:
    parted(monkeypatch, 2)
    assert resolved(line=lots("L5", "L1", "L3", "L2", "L4"))[1].partitions == (("L1", "L2"), ("L3", "L4"), ("L5",))


def test_lots_that_share_a_container_stay_together_over_any_distance(resolved: Resolve, monkeypatch: pytest.MonkeyPatch) -> None:
    parted(monkeypatch, 1)
    rows = lots("L1", "L2", "L3", "L4") + [unit(f"{lot}S", "aggregated", lot=lot, parent_text=f"(00){n}") for lot, n in (("L1", 1), ("L3", 1), ("L3", 2), ("L4", 2))]
    assert resolved(line=rows)[1].partitions == (("L1", "L3", "L4"), ("L2",))


def test_a_container_that_is_said_to_be_of_another_lot_brings_that_lot_along(resolved: Resolve, monkeypatch: pytest.MonkeyPatch) -> None:
    parted(monkeypatch, 1)
    rows = [*lots("L1", "L2", "L3"), unit("L1S", "aggregated", lot="L1", parent_text="(00)5"), container("5", "commissioned", lot="L3")]
    assert resolved(line=rows)[1].partitions == (("L1", "L3"), ("L2",))


@pytest.mark.parametrize("spelling", ["ay17", "az17", "00AY17", "AYl7", "AY1710L9", "AY1717270331"])
def test_a_lot_where_a_serial_is_misspelled_stays_with_the_lot_that_knows_it(resolved: Resolve, monkeypatch: pytest.MonkeyPatch, spelling: str) -> None:
    parted(monkeypatch, 1)
    rows = [*lots("L1", "L2"), unit("AY17", "commissioned", lot="L1")]
    assert resolved(line=rows, hub=[unit(spelling, "commissioned", lot="L9")])[1].partitions == (("L1", "L9"), ("L2",))


def test_a_serial_like_no_other_links_nothing(resolved: Resolve, monkeypatch: pytest.MonkeyPatch) -> None:
    parted(monkeypatch, 1)
    assert resolved(line=lots("L1", "L2"), hub=[unit("QQQ", "commissioned", lot="L9")])[1].partitions == (("L1",), ("L2",), ("L9",))

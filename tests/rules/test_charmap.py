"""Maps of characters that nobody knows by name are learned from the serials; what is no map is left alone."""

from __future__ import annotations

from random import Random

import duckdb
import pytest

from lotproof.rules.charmap import find_maps, learn, matched

LETTERS = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def serials(count: int, seed: int = 1, length: int = 12) -> list[str]:
    rng = Random(seed)
    return sorted({"".join(rng.choices(LETTERS, k=length)) for _ in range(count)})


def mapped(made: list[str], changes: dict[str, str]) -> list[str]:
    return [serial.translate(str.maketrans(changes)) for serial in made]


@pytest.mark.parametrize(
    "changes",
    [{"A": "Q", "Q": "A"}, {"B": "8", "S": "5"}, {"0": "D"}, dict(zip("ABCDEF", "BCDEFA", strict=True)), {"A": "@", "7": "1", "K": "X", "X": "K"}],
)
def test_a_map_is_learned_and_each_stray_gets_its_serial(changes: dict[str, str]) -> None:
    made = serials(1_200)
    strays = [image for image, serial in zip(mapped(made, changes), made, strict=True) if image != serial]
    lacking = [serial for serial in made if set(serial) & set(changes)] + serials(80, seed=2)
    found = learn(strays, lacking)
    assert found == changes
    pairs = matched(strays, lacking, found)
    right = dict(zip(mapped(made, changes), made, strict=True))
    assert len(pairs) >= 0.98 * len(strays) and all(right[stray] == meant for stray, meant in pairs.items())


def test_serials_of_nobody_are_no_image_of_others() -> None:
    strays, lacking = serials(800, seed=3), serials(800, seed=4)
    assert matched(strays, lacking, learn(strays, lacking)) == {}


def test_a_map_that_explains_only_some_is_none() -> None:
    made = serials(600)
    strays = mapped([serial for serial in made if "A" in serial], {"A": "Q"})
    assert matched([*strays, *serials(len(strays), seed=5)], made, {"A": "Q"}) == {}


def test_what_is_matched_is_an_alias_and_the_map_is_told() -> None:
    made = serials(300)
    connection = duckdb.connect()
    connection.execute("CREATE MACRO key(s) AS md5(s)::UUID")
    for table, rows in (("known", made), ("stray", [image for image in mapped(made, {"K": "X", "X": "K"}) if image not in set(made)])):
        connection.execute(f"CREATE TABLE {table} AS SELECT key(s) AS item, '09506000134352' AS gtin, s AS serial, 'L1' AS lot FROM (SELECT unnest(?::VARCHAR[]) AS s)", [rows])
    connection.execute("CREATE TABLE part AS SELECT item, 'hub' AS kind FROM stray")
    connection.execute("CREATE TABLE alias (item UUID, canonical UUID, transform VARCHAR, lot VARCHAR)")
    find_maps(connection)
    assert connection.execute("SELECT lot, told FROM char_map").fetchall() == [("L1", "K to X, X to K")]
    wrong = connection.execute(
        """SELECT count(*), count(*) FILTER (k.serial <> translate(s.serial, 'KX', 'XK')) FROM alias a JOIN stray s ON s.item = a.item
           JOIN known k ON k.item = a.canonical WHERE a.transform = 'map' AND a.lot = 'L1'"""
    ).fetchone()
    assert wrong == (connection.execute("SELECT count(*) FROM stray").fetchone()[0], 0)

"""The proof of one serial: made from a part of a pack, checked without the pack."""

from __future__ import annotations

import base64
import contextlib
import gzip
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_site import Site, invoke, json_of, refused
from synthetic_pack import STRANGER, zip_pack

from lotproof.ledger import canonical, merkle
from lotproof.ledger.note import parse_vkey
from lotproof.packs.verify.parts import open_parts
from lotproof.packs.verify.serial import check_serial, item_key, prove_serial


def rows_of(pack: Path) -> list[dict]:
    """Every observation in the pack, read the long way."""
    files = sorted((pack / "data/observations").glob("*-observation.ndjson.gz"))
    return [json.loads(line) for path in files for line in gzip.decompress(path.read_bytes()).splitlines()]


@pytest.fixture(scope="module")
def sought(site: Site) -> tuple[str, list[dict]]:
    """An item of which several sources speak, and all that they say."""
    rows = rows_of(site.pack)
    of = next(row for row in rows if row["serial"] and row["gtin"] and len({r["source"] for r in rows if r["item"] == row["item"]}) > 2)
    # rows that state the serial without a GTIN may speak of it too
    same = [row for row in rows if row["item"] == of["item"] or (row["serial"] == of["serial"] and not row["gtin"])]
    return f"(01){of['gtin']}(21){of['serial']}", same


def proof_of(site: Site, item: str, tmp_path: Path) -> dict:
    assert invoke("pack", "prove", site.pack, item, "-o", tmp_path / "proof").exit_code == 0
    return json.loads((tmp_path / "proof").read_bytes())


def judged(document: dict, tmp_path: Path, *keys: str) -> tuple[int, set[str], list[dict]]:
    (tmp_path / "changed").write_bytes(canonical.dumps(document))
    result = invoke("pack", "check-proof", tmp_path / "changed", *[word for key in keys for word in ("--key", key)], "--json")
    found = json.loads(result.stdout)
    return result.exit_code, {problem["code"] for step in found["steps"] for problem in step["problems"]}, found["rows"]


def by_place(rows: list[dict]) -> list[tuple]:
    return sorted((row["source"], row["position"], row["step"]) for row in rows)


def test_every_row_of_the_item_is_proved(site, sought, tmp_path):
    item, expected = sought
    document = proof_of(site, item, tmp_path)
    code, problems, rows = judged(document, tmp_path, site.key)
    assert (code, problems) == (0, set())
    assert by_place(rows) == by_place(expected)
    lines = invoke("pack", "check-proof", tmp_path / "proof", "--key", site.key).output.splitlines()
    assert lines[0] == f"About {item} or {item[item.index('(21)') :]}"
    assert "TOTAL-PASSED" in invoke("pack", "check-proof", tmp_path / "proof", "--key", site.key).output


def test_a_bare_serial_is_looked_up_under_the_gtins_of_the_ledger(site, sought, tmp_path):
    item, expected = sought
    document = proof_of(site, item.split("(21)")[1], tmp_path)
    rows = judged(document, tmp_path, site.key)[2]
    assert set(by_place(expected)) <= set(by_place(rows))


def test_a_zip_gives_the_same_proof(site, sought, tmp_path):
    item, _ = sought
    zipped = zip_pack(site.pack, tmp_path / "pack.zip")
    stored = tmp_path / "built.zip"
    from lotproof.packs.zipping import write_zip

    write_zip(site.pack, stored)
    proofs = [invoke("pack", "prove", pack, item).stdout for pack in (site.pack, zipped, stored)]
    assert proofs[0]
    assert len({*proofs}) == 1


def test_each_bulk_file_is_in_the_ledger_with_the_root_of_its_blocks(site):
    listed = json.loads((site.pack / "data/segments.json").read_bytes())["segments"]
    entries = [json.loads(line) for line in (site.pack / "data/audit/audit.ndjson").read_bytes().splitlines()]
    files = sorted((site.pack / "data/observations").glob("*.ndjson.gz"))
    assert sorted(listed) == [f"observations/{path.name}" for path in files]
    for path in files:
        body = entries[listed[f"observations/{path.name}"]]["body"]
        leaves = [bytes.fromhex(line) for line in path.with_suffix("").with_suffix(".blocks").read_text().split()]
        lines = gzip.decompress(path.read_bytes()).splitlines()
        assert (body["records"], body["blocks"], body["block_lines"]) == (len(lines), len(leaves), 256)
        assert body["blocks_root"] == base64.b64encode(merkle.root(leaves)).decode()
        assert len(leaves) == -(-len(lines) // 256)


def test_the_index_names_where_each_block_begins_and_what_keys_are_in_it(site):
    looked = 0
    for index in sorted((site.pack / "data/observations").glob("*.index")):
        packed = index.with_suffix(".ndjson.gz").read_bytes()
        bounds = [line.split() for line in index.read_text().splitlines()]
        for number, (start, low, high) in enumerate(bounds):
            end = int(bounds[number + 1][0]) if number + 1 < len(bounds) else len(packed)
            keys = [row["item"].replace("-", "")[:15] for row in map(json.loads, gzip.decompress(packed[int(start) : end]).splitlines()) if row["item"]]
            assert (low, high) == ((min(keys), max(keys)) if keys else ("-", "-"))
            looked += 1
    assert looked > 5


def test_the_key_of_an_item_is_that_of_the_rows(site, sought):
    item, expected = sought
    assert {row["item"] for row in expected} == {item_key(item), item_key(item[item.index("(21)") :])}


def _content(document: dict, edit) -> None:
    block = document["files"][0]["blocks"][0]
    block["content"] = base64.b64encode(edit(base64.b64decode(block["content"]))).decode()


def _entry(document: dict, edit) -> None:
    document["files"][0]["entry"] = base64.b64encode(edit(base64.b64decode(document["files"][0]["entry"]))).decode()


def _other_file(document: dict) -> None:
    first, second = document["files"][:2]
    first["blocks"], second["blocks"] = second["blocks"], first["blocks"]


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        (lambda d: _content(d, lambda data: data.replace(b'"step":"', b'"step":"x', 1)), {"block-differs"}),
        (lambda d: _entry(d, lambda data: data.replace(b'"records":', b'"records":1')), {"bad-proof"}),
        (_other_file, {"block-differs"}),
        (lambda d: d["files"][0]["blocks"][0].update(number=d["files"][0]["blocks"][0]["number"] + 1), {"block-differs"}),
        (lambda d: d["files"][0]["blocks"][0]["path"].append(base64.b64encode(bytes(32)).decode()), {"block-differs"}),
        (lambda d: d["files"][0].update(proof=d["files"][0]["proof"].replace("index ", "index 1", 1)), {"bad-proof"}),
        (lambda d: d["files"][0].pop("entry"), {"bad-proof"}),
        (lambda d: d.update(files=7), {"bad-proof"}),
        (lambda d: d["files"][0]["blocks"][0].update(lines=[9999]), {"bad-proof"}),
    ],
)
def test_a_changed_proof_fails(site, sought, tmp_path, change, codes):
    document = proof_of(site, sought[0], tmp_path)
    change(document)
    code, problems, rows = judged(document, tmp_path, site.key)
    assert (code, problems) == (1, codes)
    assert set(by_place(rows)) < set(by_place(sought[1]))


def test_a_proof_of_another_item_proves_nothing_about_this_one(site, sought, tmp_path):
    document = proof_of(site, sought[0], tmp_path)
    document["items"] = ["(01)09512345678901(21)OTHER"]
    assert judged(document, tmp_path, site.key) == (3, {"no-rows"}, [])


@pytest.mark.parametrize(("keys", "code", "problems"), [((), 3, {"no-key"}), ((STRANGER.vkey,), 3, {"unknown-key"})])
def test_without_the_logs_key_it_is_undecided(site, sought, tmp_path, keys, code, problems):
    assert judged(proof_of(site, sought[0], tmp_path), tmp_path, *keys)[:2] == (code, problems)


def test_another_key_of_that_name_did_not_sign(site, sought, tmp_path):
    from lotproof.ledger.keys import make_key

    forged = make_key("lotproof.org/evidence/site", bytes([9]) * 32)
    assert judged(proof_of(site, sought[0], tmp_path), tmp_path, forged.vkey)[:2] == (1, {"not-signed"})


def test_what_is_not_there_is_said(site, tmp_path):
    told = refused("pack", "prove", site.pack, "(01)09512345678901(21)NOBODY", code=1)
    assert told.endswith("has no row of (01)09512345678901(21)NOBODY; that proves nothing, unless all of its files are read.\n")
    (tmp_path / "x").write_bytes(b"{}")
    told = refused("pack", "prove", tmp_path, "(01)09512345678901(21)A")
    assert told.startswith("Error: There is no pack at ")
    assert "is neither the folder of a pack nor a zip that can be read" in refused("pack", "prove", tmp_path / "x", "(01)09512345678901(21)A")
    assert json_of("pack", "check-proof", tmp_path / "x", code=2)["steps"][0]["problems"][0]["code"] == "not-a-proof"


def test_a_part_of_a_member_is_what_it_is_in_the_folder(site, tmp_path):
    from lotproof.packs.zipping import write_zip

    write_zip(site.pack, tmp_path / "p.zip")
    folder, zipped = open_parts(site.pack), open_parts(tmp_path / "p.zip")
    for path in ("data/sources.json", *folder.names("data/observations/", ".gz")):
        for start, end in ((0, None), (5, 50), (0, 0), (10**9, None)):
            assert folder.part(path, start, end) == zipped.part(path, start, end), (path, start, end)
    assert prove_serial(folder, ["(21)none"]) == {"format": "lotproof.org/serial-proof/v1", "items": ["(21)none"], "files": []}


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_whatever_stands_in_a_proof_gets_a_verdict_and_no_crash(site, sought, data):
    document = prove_serial(open_parts(site.pack), [sought[0]])
    places = [document, *document["files"], *[block for file in document["files"] for block in file["blocks"]]]
    place = data.draw(st.sampled_from(range(len(places))))
    name = data.draw(st.sampled_from(sorted(places[place])))
    places[place][name] = data.draw(st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=5) | st.lists(st.integers(-9, 9), max_size=3))
    with contextlib.suppress(canonical.CanonicalError):  # a text that no proof can hold
        assert check_serial(canonical.dumps(document), [parse_vkey(Path(site.key).read_text())]).report.exit_code in (0, 1, 2, 3)


@given(st.binary(max_size=60))
def test_bytes_that_are_no_proof_get_a_verdict(data):
    assert check_serial(data, []).report.exit_code == 2

"""The main job: the same inputs give the same bytes; every row leads to its place; both verifiers agree."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from small_site import ACT, Site, copied, invoke, json_of, tree

from lotproof.rules.numbers import finding_list

CLASSES = ("unused", "invalidated", "label_scrapped", "label_sampled", "sampled", "destroyed", "inactive", "good", "unaccounted")


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _load(site: Site, name: str) -> Any:
    return json.loads((site.pack / "data" / name).read_text(encoding="utf-8"))


def _twin(site: Site, home: Path) -> Path:
    """A new workspace that signs with the same key."""
    (home / "keys").mkdir(parents=True, mode=0o700)
    shutil.copy(site.home / "keys" / "log.pem", home / "keys" / "log.pem")
    return home


@pytest.mark.shows("D2-A22")
def test_the_same_inputs_give_the_same_pack_to_the_byte(site: Site, tmp_path: Path) -> None:
    home = _twin(site, tmp_path / "elsewhere" / "w")
    export = copied(site.folder, tmp_path / "elsewhere" / site.folder.name)
    json_of("build", export, "-o", tmp_path / "elsewhere" / "EP-1", "--workspace", home, *ACT)
    one, two = tree(site.pack), tree(tmp_path / "elsewhere" / "EP-1")
    assert [name for name in sorted({*one, *two}) if one.get(name) != two.get(name)] == []


@pytest.mark.shows("P11-10b", "A11-17")
def test_originals_are_in_the_pack_byte_for_byte(site: Site) -> None:
    listed = _load(site, "sources.json")["sources"]
    packed = {entry["name"]: (site.pack / "data" / entry["raw"]).read_bytes() for entry in listed}
    assert packed == tree(site.folder)
    assert {path.relative_to(site.pack / "data").as_posix() for path in (site.pack / "data" / "raw").rglob("*") if path.is_file()} == {
        entry["raw"] for entry in listed
    }


def test_findings_and_balances_in_the_pack_are_those_of_the_document(site: Site) -> None:
    assert _load(site, "findings.json")["findings"] == site.document["findings"]
    balances = _load(site, "reconciliation.json")["reconciliation"]
    assert {lot: balance["counts"] for lot, balance in balances.items()} == site.document["reconciliation"]


def test_each_finding_has_its_list_and_each_row_its_place_in_the_original(site: Site) -> None:
    looked = 0
    for found in site.document["findings"]:
        rows = _rows(site.pack / "data" / finding_list(found["code"], found["lot"], found["gtin"]))
        assert {row["item"] for row in rows if row["item"]} == set(found["items"]), found["code"]
        for row in rows:
            original = site.folder / row["source"]
            if not row["source"] or original.suffix == ".xlsx":
                continue
            looked += _stands_there(original, row)
    assert looked > 100


def _stands_there(original: Path, row: dict[str, str]) -> bool:
    content, position = original.read_bytes(), int(row["position"])
    if original.suffix in (".xml", ".json", ".jsonld"):
        assert content[position:].startswith((b"<", b"{")), row
        return True
    if "(21)" not in row["item"]:
        assert 1 <= position <= content.count(b"\n") + 1, row
        return False
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig" if content[:3] == b"\xef\xbb\xbf" else "latin-1"
    line = content.decode(encoding).splitlines()[position - 1]
    assert row["item"].split("(21)")[1] in line, (row, line)
    return True


def test_each_row_of_a_finding_names_the_digest_of_its_source(site: Site) -> None:
    digests = {source["name"]: source["sha256"] for source in site.document["sources"]}
    for path in (site.pack / "data" / "findings").glob("*.csv"):
        assert all(digests[row["source"]] == row["source_sha256"] for row in _rows(path) if row["source"])


def test_the_class_lists_add_up_to_the_counts_and_are_disjoint(site: Site) -> None:
    for lot, counts in site.document["reconciliation"].items():
        lists = {name: [row["item"] for row in _rows(site.pack / "data" / "reconciliation" / lot / f"{name}.csv")] for name in (*CLASSES, "orphans")}
        assert {name: len(rows) for name, rows in lists.items()} == {name: counts[name] for name in lists}
        everything = [item for name in CLASSES for item in lists[name]]
        assert len(everything) == len(set(everything)) == counts["received"]
        assert set(lists["orphans"]) <= set(lists["unaccounted"])


def test_every_statement_is_in_the_ledger_and_every_entry_in_the_trail(site: Site) -> None:
    from lotproof.ledger.tiles import read_entries

    log = site.pack / "data" / "ledger"
    size = int((log / "checkpoint").read_text().splitlines()[1])
    entries = list(read_entries(size, lambda path: (log / path).read_bytes()))
    assert b"".join(entry + b"\n" for entry in entries) == (site.pack / "data/audit/audit.ndjson").read_bytes()
    statements = _load(site, "statements.json")["statements"]
    assert {json.loads(entries[s["index"]])["body"]["results"][s["id"]] == s["value"] for s in statements} == {True}
    assert json.loads(entries[-1])["kind"] == "directory"


def test_observations_are_complete_and_proved_block_by_block(site: Site) -> None:
    import gzip
    import hashlib

    folder = site.pack / "data" / "observations"
    for packed in folder.glob("*.ndjson.gz"):
        lines = gzip.decompress(packed.read_bytes()).splitlines(keepends=True)
        blocks = [b"".join(lines[start : start + 256]) for start in range(0, len(lines), 256)]
        stated = packed.with_name(packed.name.replace(".ndjson.gz", ".blocks")).read_text().split()
        assert stated == [hashlib.sha256(b"\0" + block).hexdigest() for block in blocks]
        table = gzip.decompress(packed.with_name(packed.name.replace(".ndjson.gz", ".csv.gz")).read_bytes()).decode()
        assert len(list(csv.reader(table.splitlines()))) >= len(lines) + 1
    total = sum(gzip.decompress(path.read_bytes()).count(b"\n") for path in folder.glob("*-observation.ndjson.gz"))
    values = {s["id"]: s["value"] for s in _load(site, "statements.json")["statements"]}
    assert total == values["run/observations"]


def test_the_pages_of_the_pack_need_nothing_from_outside(site: Site) -> None:
    import re

    folder = site.pack / "data" / "html"
    for page in folder.glob("*.html"):
        text = page.read_text(encoding="utf-8")
        for link in re.findall(r'(?:href|src)="([^"#]+)', text):
            assert not re.match(r"(https?:)?//", link), (page.name, link)
            assert (folder / link).resolve().exists(), (page.name, link)


@pytest.mark.shows("SEED-9", "A11-17")
def test_a_zip_is_the_folder_and_both_verifiers_agree_on_it(site: Site, tmp_path: Path) -> None:
    few = copied(site.folder / "Nummern", tmp_path / "in")
    key = tmp_path / "w1" / "keys" / "log.vkey"
    for home, target in (("w1", "EP-9.zip"), ("w2", "EP-9")):
        _twin(site, tmp_path / home)
        json_of("build", few, "-o", tmp_path / target, "--workspace", tmp_path / home, *ACT)
    with zipfile.ZipFile(tmp_path / "EP-9.zip") as archive:
        inside = {name.removeprefix("EP-9/"): archive.read(name) for name in archive.namelist()}
    assert inside == tree(tmp_path / "EP-9")
    assert invoke("verify", tmp_path / "EP-9.zip", "--key", key, "--recompute").exit_code == 0
    standalone = [sys.executable, "-I", str(tmp_path / "EP-9" / "verify" / "verify.py")]
    for target in ("EP-9", "EP-9.zip"):
        done = subprocess.run([*standalone, str(tmp_path / target), "--key", str(key)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_a_second_pack_from_the_same_workspace_verifies_and_continues_the_log(own: Site, tmp_path: Path) -> None:
    few = copied(own.folder / "SAP", tmp_path / "in")
    made = json_of("build", few, "-o", tmp_path / "EP-2", "--workspace", own.home, "--zone", "UTC", *ACT)
    assert invoke("verify", tmp_path / "EP-2", "--key", own.key).exit_code == 0
    before = (own.pack / "data/audit/audit.ndjson").read_bytes()
    assert (tmp_path / "EP-2" / "data/audit/audit.ndjson").read_bytes().startswith(before)
    assert made["root"] != own.document["root"]
    # the second pack speaks of its own delivery alone
    assert {source["name"] for source in made["sources"]} == set(tree(few))


@pytest.mark.parametrize(
    ("output", "identifier"),
    [("EP-2026-0042", "EP-2026-0042"), ("mine", "EP-mine"), ("Größe 1.zip", "EP-Gr--e-1"), ("ep-7.zip", "ep-7"), ("...", "EP-pack")],
)
def test_a_pack_is_named_after_its_place(output: str, identifier: str) -> None:
    from lotproof.packs.job import _identifier

    assert _identifier(Path("/x") / output) == identifier

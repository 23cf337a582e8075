"""A site as a whole: no contradiction where there is no fault, the same bytes for the same spec, many dialects."""

import tracemalloc
from datetime import datetime

import pytest
from simulate_reading import EXTRA, Facts, decode, read_table

from lotproof.simulate import FAULTS, SiteSpec, SpecError, iter_files, sample, simulate, truth_of
from lotproof.simulate.headers import FILE_NAMES, HEADERS
from lotproof.simulate.truth import BACKGROUND


@pytest.mark.parametrize("seed", range(12))
def test_a_clean_site_contradicts_itself_nowhere(seed: int) -> None:
    made = simulate(SiteSpec(seed=seed, units=700))
    facts = Facts(made.files)
    assert made.truth["expected"] == []
    for lot in (made.truth["lot"], *made.truth["neighbours"]):
        assert set(facts.findings(lot)) <= BACKGROUND
        received, issued, stock = facts.amounts(lot)
        assert received == facts.partition(lot)["good"]
        assert received - issued == stock == sum(int(r["Qty"]) for r in facts.tables["inventory"] if r["Lot"] == lot)
        assert {s for s in facts.parents if facts.lot_of.get(s) == lot} == {
            s for case in facts.cases[lot] for s in facts.children[case]
        }


@pytest.mark.parametrize("seed", range(6))
def test_every_number_is_in_exactly_one_class(seed: int) -> None:
    truth = truth_of(SiteSpec(seed=seed, units=900, faults=("jam_orphans", "unaccounted_numbers")))
    for part in (truth["partition"], *truth["neighbours"].values()):
        assert part["received"] == sum(n for name, n in part.items() if name not in ("received", "orphans"))
    assert truth["partition"]["unaccounted"] > truth["partition"]["orphans"] > 0


def test_a_clean_site_holds_the_ordinary_background() -> None:
    made = simulate(SiteSpec(seed=3, units=3000))
    facts, lot = Facts(made.files), made.truth["lot"]
    assert {"sampled", "destroyed", "inactive", "label_scrapped"} <= {k for k, n in made.truth["partition"].items() if n}
    unpacked = [e for e in facts.events if e.action == "DELETE" and e.aggregation]
    withdrawn = {c for e in facts.events if e.step == "decommissioning" for c in e.containers}
    assert {e.parent for e in unpacked} == withdrawn
    lines = facts.tables["line"]
    assert withdrawn == {r["SerialNumber"] for r in lines if r["Level"] == facts.case_word and facts.state(r) == "destroyed"}
    assert [r["Movement Type"] for r in facts.tables["movements"] if r["Batch"] == lot].count("102") == 1
    assert facts.findings(lot).keys() & {"SCN-01", "SCN-02"}
    assert {s for s, row in facts.packs[lot].items() if row["RejectReason"]} == facts.rows(lot, "rejected")
    assert facts.tables["downtime"]


def test_the_same_spec_gives_the_same_bytes_and_another_seed_gives_others() -> None:
    first, again = (simulate(SiteSpec(seed=21, units=600, faults=("jam_orphans",))) for _ in range(2))
    assert first == again
    assert simulate(SiteSpec(seed=22, units=600)).files != first.files


def test_chunks_give_the_same_files_as_the_whole_site_and_checksums_hold_even_if_files_are_skipped() -> None:
    spec = SiteSpec(seed=5, units=600, faults=("tampered_file",))
    whole = simulate(spec).files
    assert {path: b"".join(blocks) for path, blocks in iter_files(spec)} == whole
    skipped = {path: b"".join(blocks) for path, blocks in iter_files(spec) if path == "SHA256SUMS"}
    assert skipped["SHA256SUMS"] == whole["SHA256SUMS"]


def test_a_large_site_is_written_without_holding_its_text() -> None:
    spec = SiteSpec(seed=2, units=20_000, neighbours=0)
    tracemalloc.start()
    written = sum(len(block) for _, blocks in iter_files(spec) for block in blocks)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert written > 15_000_000
    assert peak < written / 2


def test_seeds_reach_every_dialect_encoding_delimiter_and_hub_form() -> None:
    starts, headers, forms, sheets = set(), set(), set(), set()
    for seed in range(60):
        for path, data in simulate(SiteSpec(seed=seed, units=100, neighbours=0)).files.items():
            if path.endswith(".xlsx"):
                sheets.add(b"sharedStrings" in data)
            elif path.endswith((".xml", ".jsonld")):
                release = "jsonld" if path.endswith("jsonld") else decode(data).split("urn:epcglobal:epcis:xsd:")[1][:1]
                forms.add((release, b"urn:epc:id:sgln" in data))
            elif path not in ("README_export.txt", "SHA256SUMS"):
                starts.add(data[:2] if data[:2] in (b"\xff\xfe", b"\xef\xbb") else b"")
                for line in decode(data).splitlines()[:4]:
                    headers.update((d, line) for d in ";,\t|" if d in line)
    seen = {frozenset(line.split(d)) for d, line in headers}
    assert {b"", b"\xff\xfe", b"\xef\xbb"} == starts
    assert {d for d, _ in headers} == set(";,\t|")
    assert sheets == {True, False}
    assert forms == {("jsonld", True), ("jsonld", False), ("1", True), ("2", True), ("2", False)}
    for kind, variants in HEADERS.items():
        assert kind == "alerts" or sum(any(len(row & set(words)) > 0.6 * len(words) for row in seen) for _, words in variants) >= 2, kind


@pytest.mark.parametrize("dialect", ["en", "de", "sap"])
def test_a_named_dialect_is_used_throughout(dialect: str) -> None:
    for seed in range(4):
        files = simulate(SiteSpec(seed=seed, units=100, neighbours=0, dialect=dialect)).files
        tables = [p for p in files if not p.endswith((".xml", ".jsonld", ".xlsx", "SUMS", "README_export.txt"))]
        assert tables
        for path in tables:
            kind, _ = read_table(path, files[path])
            allowed = [set(words) for language, words in HEADERS[kind] if language == dialect]
            top = [set(line.split(d)) - EXTRA for line in decode(files[path]).splitlines()[:4] for d in ";,\t|"]
            assert not allowed or any(row and row <= words for row in top for words in allowed), path


def test_headers_have_three_variants_of_equal_length_and_every_table_has_file_names() -> None:
    for kind, variants in HEADERS.items():
        assert len(variants) >= 3
        assert len({len(words) for _, words in variants}) == 1, kind
        assert all(len(set(words)) == len(words) for _, words in variants), kind
        assert len(FILE_NAMES[kind]) >= 3


def test_the_note_names_every_table_and_the_zone() -> None:
    made = simulate(SiteSpec(seed=14, units=300, zone="America/New_York"))
    note = made.files["README_export.txt"].decode()
    assert "Plant time zone: America/New_York\n" in note
    for path in set(made.files) - {"README_export.txt", "SHA256SUMS"}:
        assert f"\n{path}: " in note


def test_identifiers_carry_the_demonstration_prefix() -> None:
    truth = truth_of(SiteSpec(seed=1, units=600, faults=("stock_mismatch",)))
    assert truth["gtin"].startswith("0952")
    assert truth["expected"][0]["parents"][0][1:4] == "952"


def test_the_sample_holds_seven_faults_at_once_and_all_kinds_of_sources() -> None:
    spec = sample()
    made = simulate(spec)
    facts = Facts(made.files)
    assert len(spec.faults) == 7
    assert spec.units == 5000
    assert facts.partition(made.truth["lot"]) == made.truth["partition"]
    found = facts.findings(made.truth["lot"])
    for entry in made.truth["expected"]:
        assert set(entry.get("items") or entry.get("parents") or ()) <= found.get(entry["code"], set())
    assert set(found) <= {e["code"] for e in made.truth["expected"]} | set(made.truth["allowed"])
    assert set(facts.tables) >= set(HEADERS) - {"alerts", "holds"}


def test_all_faults_that_go_together_can_be_put_into_one_lot() -> None:
    together = tuple(f for f in FAULTS if not f.startswith("character_transform") and f not in ("lot_never_uploaded", "replay_power_loss"))
    made = simulate(SiteSpec(seed=9, units=8000, faults=together))
    facts = Facts(made.files)
    assert facts.partition(made.truth["lot"]) == made.truth["partition"]
    found = facts.findings(made.truth["lot"])
    for entry in made.truth["expected"]:
        assert set(entry.get("items") or entry.get("parents") or ()) <= found.get(entry["code"], set())


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"units": 20}, "units is 20: give at least 100."),
        ({"faults": ("gremlins",)}, "fault 'gremlins' is unknown: use names from FAULTS (lotproof simulate --list)."),
        ({"faults": ("two_parents", "two_parents")}, "a fault is named twice: name each fault once."),
        ({"faults": ("lot_never_uploaded", "hub_extra")},
         "lot_never_uploaded leaves no room in the hub for hub_extra: simulate them on a site of their own."),
        ({"faults": ("lot_never_uploaded", "character_transform")},
         "character_transform and lot_never_uploaded each change all that the hub holds of the lot: choose one of them."),
        ({"faults": ("replay_power_loss", "duplicate_delivery")},
         "replay_power_loss and duplicate_delivery cannot be told apart in one lot: the second delivery repeats the replay; choose one of them."),
        ({"dialect": "fr"}, "dialect 'fr' is unknown: use one of en, de, sap, mixed, or None to draw one."),
        ({"epcis": "1.1"}, "epcis '1.1' is unknown: use one of 1.2-xml, 2.0-xml, 2.0-jsonld, or None to draw one."),
        ({"zone": "Mars/Base"}, "zone 'Mars/Base' is no IANA time zone: use a name such as Europe/Berlin."),
        ({"start": datetime(2026, 1, 1)},
         "start has no UTC offset of zero: give an aware datetime in UTC, such as datetime(..., tzinfo=UTC)."),
    ],
)  # fmt: skip
def test_a_site_that_cannot_be_is_refused_with_a_sentence(wrong: dict, sentence: str) -> None:
    with pytest.raises(SpecError) as caught:
        SiteSpec(**{"seed": 1, **wrong})
    assert str(caught.value) == sentence


def test_a_lot_too_small_for_its_faults_is_refused_with_a_sentence() -> None:
    with pytest.raises(SpecError, match=r"has too few cases \(\d\) for these faults: give more units, smaller cases"):
        truth_of(SiteSpec(seed=1, units=100, faults=("shifted_aggregation", "two_parents")))
    with pytest.raises(SpecError, match=r"^hold_breach needs a shipped pallet, and lot \w+ has too few pallets: give more units\.$"):
        truth_of(SiteSpec(seed=1, units=400, faults=("hold_breach",)))
    with pytest.raises(SpecError, match=r"^mixed_lot_changeover needs a lot before the investigated one: give neighbours of 1 or more\.$"):
        truth_of(SiteSpec(seed=1, units=400, neighbours=0, faults=("mixed_lot_changeover",)))
    with pytest.raises(SpecError, match=r"^jam_orphans need room on the line: give at least 400 units, not 200\.$"):
        truth_of(SiteSpec(seed=1, units=200, faults=("jam_orphans",)))

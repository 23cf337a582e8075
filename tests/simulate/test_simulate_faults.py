"""Every fault's truth says exactly what its files say, re-derived with plain csv, json and xml."""

from collections import Counter
from datetime import UTC, datetime
from functools import cache

import pytest
from simulate_reading import Facts, serial_of

from lotproof.simulate import FAULTS, Site, SiteSpec, simulate, truth_of
from lotproof.simulate.truth import BACKGROUND, CODES

MAPS = {
    "zeros": lambda serial: serial.lstrip("0"), "lower": str.lower,
    "yz": lambda serial: serial.translate(str.maketrans("YZ", "ZY")),
}  # fmt: skip
IDENTITY = ("IDT-03", "IDT-04")


@cache
def site(fault: str, seed: int) -> Site:
    form = ("1.2-xml", "2.0-xml", "2.0-jsonld")[seed % 3]
    return simulate(SiteSpec(seed=seed, units=1500, epcis=form, faults=(fault,)))


def agrees(truth: dict, found: dict[str, set[str]]) -> None:
    """Expected entries with items are found with exactly these; nothing is found that is forbidden."""
    expected = {entry["code"]: entry for entry in truth["expected"]}
    assert len(expected) == len(truth["expected"]), "one entry for each code"
    for code, entry in expected.items():
        must = set(entry.get("parents") or entry.get("items") or ())
        if must:
            assert must <= found.get(code, set()), code
            assert found[code] <= must | set(entry.get("optional_items", ())), code
            assert entry["count"] == len(must)
    assert set(found) - set(expected) <= set(truth["allowed"])


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("fault", sorted(f for f in FAULTS if not f.startswith("character_transform")))
def test_truth_and_files_of_each_fault_say_the_same(fault: str, seed: int) -> None:
    made = site(fault, seed)
    facts = Facts(made.files)
    agrees(made.truth, facts.findings(made.truth["lot"]))
    assert made.truth["expected"]
    assert facts.partition(made.truth["lot"]) == made.truth["partition"]
    for lot, partition in made.truth["neighbours"].items():
        assert facts.partition(lot) == partition
        assert set(facts.findings(lot)) <= BACKGROUND | {"INT-01"}


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("fault", sorted(f for f in FAULTS if f.startswith("character_transform")))
def test_a_character_map_is_a_bijection_between_line_and_hub(fault: str, seed: int) -> None:
    made = site(fault, seed)
    facts, lot = Facts(made.files), made.truth["lot"]
    found = facts.findings(lot, transform={})
    changed = facts.applied(lot) - facts.commissioned
    (entry,) = [e for e in made.truth["expected"] if e["code"] in IDENTITY]
    assert set(entry["items"]) == changed
    fitting = [name for name, act in MAPS.items() if {act(s) for s in changed} == set(entry["optional_items"])]
    assert len(fitting) == 1
    assert set(entry["optional_items"]) <= facts.commissioned
    assert entry["code"] == ("IDT-04" if fitting == ["zeros"] else "IDT-03")
    alerted = next(e for e in made.truth["expected"] if e["code"] == "RPT-03")
    assert set(alerted["items"]) == found["RPT-03"] <= changed


@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_codes_are_expected_allowed_or_forbidden_and_never_two_of_these(fault: str) -> None:
    truth = truth_of(SiteSpec(seed=4, units=1500, faults=(fault,)))
    hit = {code for entry in truth["expected"] for code in (entry["code"], *entry.get("alt_codes", ()))}
    assert not hit & set(truth["allowed"])
    assert sorted([*hit, *truth["allowed"], *truth["forbidden"]]) == sorted(CODES)


def test_a_truncated_upload_loses_one_suffix_of_the_lot_and_nothing_else() -> None:
    made = site("truncated_upload", 2)
    facts, lot = Facts(made.files), made.truth["lot"]
    lost = set(made.truth["expected"][0]["items"])
    packs = [s for s in facts.packs[lot] if s in facts.applied(lot)]
    first = next(i for i, s in enumerate(packs) if s in lost)
    assert set(packs[first:]) == lost
    uploaded = [row for row in facts.tables["upload"] if row["Batch"] == lot and row["MessageType"] == "COMMISSION+PACK"]
    assert len(uploaded) < len(facts.cases[lot])


def test_a_lost_case_message_takes_all_packs_of_its_case_with_it() -> None:
    made = site("missing_message_middle", 3)
    facts, lot = Facts(made.files), made.truth["lot"]
    lost = set(made.truth["expected"][0]["items"])
    parents = {facts.packs[lot][s]["ParentSerial"] for s in lost} - {""}
    assert 1 <= len(parents) <= 3
    assert all(set(facts.children[case]) <= lost for case in parents)


def test_orphans_were_verified_between_the_stop_and_the_restart() -> None:
    made = simulate(SiteSpec(seed=6, units=1500, zone="UTC", dialect="en", faults=("jam_orphans",)))
    facts, lot = Facts(made.files), made.truth["lot"]
    orphans = next(e for e in made.truth["expected"] if e["code"] == "SN-09")["items"]
    jams = [row for row in facts.tables["downtime"] if "Jam" in row["Cause"]]
    assert len(jams) == 1
    serials = list(facts.packs[lot])
    places = sorted(serials.index(s) for s in orphans)
    assert places == list(range(places[0], places[0] + len(places)))
    assert next(e for e in made.truth["expected"] if e["code"] == "QTY-01")["count"] == len(orphans)


def test_a_second_print_has_its_own_time_encoder_count_and_image() -> None:
    facts = Facts(site("double_print", 1).files)
    for serial in next(e for e in site("double_print", 1).truth["expected"] if e["code"] == "SN-03")["items"]:
        prints = [row for row in facts.tables["printer"] if row["Serial"] == serial]
        assert len({(row["Timestamp"], row["EncoderCount"]) for row in prints}) == 2
        reads = [row for row in facts.tables["camera"] if serial in row["ExpectedString"]]
        assert [row["Result"] for row in reads] == [facts.passed] * 2
        assert len({row["ImageRef"] for row in reads}) == 2
        assert {row["PrinterId"] for row in prints} == {"P2"}


def test_a_case_recorded_as_full_states_the_pack_size_and_no_partial_flag() -> None:
    made = site("partial_recorded_full", 2)
    facts, lot = Facts(made.files), made.truth["lot"]
    (case,) = made.truth["expected"][0]["parents"]
    assert facts.cases[lot][case]["ChildCount"] == "24"
    assert len(facts.children[case]) < 24
    assert f"{facts.cases[lot][case]['Partial']} = full" in facts.readme


def test_only_one_camera_reads_nothing_during_a_burst() -> None:
    made = site("no_read_burst", 2)
    facts = Facts(made.files)
    burst = set(next(e for e in made.truth["expected"] if e["code"] == "SCN-01")["items"])
    by_serial = {s: row for row in facts.tables["camera"] for s in burst if s in row["ExpectedString"]}
    assert {row["StationId"] for row in by_serial.values()} == {"CAM-02"}
    assert len(burst) >= 16


def test_a_fading_printer_is_the_only_one_whose_packs_fail_in_its_window() -> None:
    made = site("print_degradation", 1)
    facts = Facts(made.files)
    weak = set(next(e for e in made.truth["expected"] if e["code"] == "SCN-02")["items"])
    assert {row["PrinterId"] for row in facts.tables["printer"] if row["Serial"] in weak} == {"P2"}
    assert made.truth["diagnosis"]["suspect"] == {"field": "printer", "value": "P2"}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_case_of_a_shifted_run_holds_the_content_of_the_same_neighbour(seed: int) -> None:
    made = site("shifted_aggregation", seed)
    facts, lot = Facts(made.files), made.truth["lot"]
    cases = list(facts.cases[lot])
    (entry,) = made.truth["expected"]
    held = {}
    for row in facts.tables["audit"]:
        serial, _ = serial_of(row["ScannedCode"], lot)
        if row["CaseSSCC"] in entry["parents"]:
            held[row["CaseSSCC"]] = facts.packs[lot][serial]["ParentSerial"]
    steps = {cases.index(owner) - cases.index(case) for case, owner in held.items()}
    assert len(steps) == 1
    assert steps <= {-1, 1}
    assert set(held) == set(entry["parents"])
    assert len(held) >= 2


def test_the_erp_received_what_really_lies_in_cases_even_if_a_sample_is_still_recorded_in_one() -> None:
    made = site("sample_not_disaggregated", 1)
    received, issued, stock = Facts(made.files).amounts(made.truth["lot"])
    assert received == made.truth["partition"]["good"] == issued + stock


def test_a_stock_mismatch_shows_in_the_erp_stock_too() -> None:
    made = site("stock_mismatch", 1)
    received, issued, stock = Facts(made.files).amounts(made.truth["lot"])
    assert received - issued - stock == 24


def test_two_lots_under_investigation_each_carry_the_fault_on_their_own_cases() -> None:
    made = simulate(SiteSpec(seed=8, units=1200, lots=2, neighbours=1, faults=("two_parents",)))
    facts = Facts(made.files)
    assert len(made.truth["lots"]) == 2
    for truth in made.truth["lots"]:
        agrees(truth, facts.findings(truth["lot"]))


FORMS = ("%Y-%m-%dT%H:%M:%S.%f%z", "%Y-%m-%d %H:%M:%S", "%d.%m.%Y %H:%M:%S", "%m/%d/%Y %I:%M:%S %p", "%Y%m%d%H%M%S",
         "%d-%b-%Y %H:%M:%S", "%d.%m.%Y %H:%M:%S,%f")  # fmt: skip


def hour_of(text: str) -> int:
    """A time of a site in UTC as whole hours since 1970, to the nearest."""
    for form in FORMS:
        try:
            return round(datetime.strptime(text, form).replace(tzinfo=UTC).timestamp() / 3600)
        except ValueError:
            continue
    raise AssertionError(text)


def test_one_device_is_off_by_whole_hours_and_only_for_the_lot() -> None:
    odd = set()
    for seed in range(8):
        made = simulate(SiteSpec(seed=seed, units=400, zone="UTC", start=datetime(2026, 3, 9, 5, 1, tzinfo=UTC), faults=("clock_zone_error",)))
        facts = Facts(made.files)
        for lot, wrong in ((made.truth["lot"], True), *((lot, False) for lot in made.truth["neighbours"])):
            serial = sorted(facts.rows(lot, "good"))[0]
            times = {"printer": next(row["Timestamp"] for row in facts.tables["printer"] if row["Serial"] == serial),
                     "camera": next(row["Timestamp"] for row in facts.tables["camera"] if serial in row["ExpectedString"]),
                     "line": facts.packs[lot][serial]["PrintTime"],
                     "hub": next(event.at for event in facts.events if event.stated and serial in event.serials)}  # fmt: skip
            hours = {name: hour_of(text.replace("Z", "+00:00")) for name, text in times.items()}
            usual = Counter(hours.values()).most_common(1)[0][0]
            strange = [name for name, hour in hours.items() if abs(hour - usual) > 0]
            assert len(strange) == wrong
            if wrong:
                assert made.truth["diagnosis"]["suspect"] == {"field": "source", "value": strange[0]}
                odd.add(strange[0])
    assert len(odd) >= 3

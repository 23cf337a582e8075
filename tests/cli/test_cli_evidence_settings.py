"""lotproof ledger settings: limits of a site live in its ledger, count from then on, and do not bind whoever verifies."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from small_site import invoke, json_of, refused

from lotproof.ledger.settings import SettingsError, checked, read_span
from lotproof.packs.verify.run import verify_pack

NOW = "2026-11-22T09:00:00Z"
ACT = ("--now", NOW, "--actor", "x")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "export").mkdir()
    (tmp_path / "export" / "a.csv").write_text("SERIAL;STATUS\n1;GOOD\n")
    (tmp_path / "one.json").write_text(json.dumps({"title": "x"}))
    json_of("init", tmp_path / "w", *ACT)
    return tmp_path / "w"


def record(home: Path, event: str) -> int:
    return json_of("ledger", "record", "INV-1", home.parent / "one.json", "--event-time", event, "--workspace", home, *ACT)["index"]


def changed(home: Path, *options: str) -> dict:
    return json_of("ledger", "settings", *options, "--why", "SOP-117", "--workspace", home, *ACT)


def test_they_are_shown_and_a_change_is_an_entry_with_its_reason(home):
    assert json_of("ledger", "settings", "--workspace", home) == {
        "late_after": 86_400, "clock_tolerance": 300, "anchor_every": 86_400, "lock_after": 5,
    }  # fmt: skip
    found = changed(home, "--late-after", "48h", "--clock-tolerance", "10min")
    assert (found["late_after"], found["clock_tolerance"]) == (172_800, 600)
    entry = json.loads(json_of("ledger", "prove", 1, "--workspace", home)["entry"])
    assert (entry["kind"], entry["stream"], entry["body"]["why"]) == ("audit", "settings", "SOP-117")
    assert (entry["body"]["before"]["late_after"], entry["body"]["after"]["late_after"]) == (86_400, 172_800)
    assert invoke("ledger", "settings", "--workspace", home).output.splitlines()[0] == "late-after       2 d"


def test_what_cannot_be_is_refused_with_a_sentence(home):
    assert "Give --why: a change of settings is recorded with its reason." in refused("ledger", "settings", "--late-after", "2d", "--workspace", home)
    assert '"soon" is no span of time; write a number with s, min, h or d' in refused("ledger", "settings", "--late-after", "soon", "--workspace", home)
    told = refused("ledger", "settings", "--late-after", "24h", "--why", "x", "--workspace", home)
    assert "The settings are that already; nothing was written." in told
    assert 'The stream "settings" belongs to Lotproof' in refused("ledger", "record", "settings", home.parent / "one.json", "--workspace", home)
    with pytest.raises(SettingsError, match='There is no setting "colour"'):
        checked({"colour": 1})
    with pytest.raises(SettingsError, match="The setting late_after is 0; write a whole number from 1"):
        checked({"late_after": 0})
    assert [read_span(text) for text in ("90s", "5min", "2h", "3d")] == [90, 300, 7200, 259_200]


def test_a_limit_counts_for_what_is_written_after_it(home):
    first = record(home, "2026-11-21T06:00:00Z")  # 27 hours
    changed(home, "--late-after", "48h")
    record(home, "2026-11-21T06:00:00Z")
    third = record(home, "2026-11-19T06:00:00Z")
    marked = json_of("ledger", "status", "--workspace", home)["late"]
    assert [one.split()[2] for one in marked] == [str(first), str(third)]
    json_of("build", home.parent / "export", "-o", home.parent / "EP-1", "--workspace", home, *ACT)
    notes = [note for step in verify_pack(home.parent / "EP-1", []).steps for note in step.notes]
    assert [one.split()[2] for one in notes if one.startswith("Late entry")] == [str(first), str(third)]
    assert "Entries count as late 2 d after the event, which is the site's limit; the site's is 2 d (entry 2)." in notes
    strict = [note for step in verify_pack(home.parent / "EP-1", [], late_after=3600).steps for note in step.notes]
    assert sum(one.startswith("Late entry") for one in strict) == 3
    assert "Entries count as late 1 h after the event, as was asked (--late-after); the site's is 2 d (entry 2)." in strict
    told = invoke("verify", home.parent / "EP-1", "--late-after", "1h").output
    assert told.count("note: Late entry") == 3
    pages = " ".join(path.read_text(encoding="utf-8") for path in (home.parent / "EP-1/data/html").glob("*.html"))
    assert pages.count("LATE ENTRY,") == 2


def test_the_site_cannot_widen_the_verifiers_tolerance(home):
    changed(home, "--clock-tolerance", "30d")
    json_of("build", home.parent / "export", "-o", home.parent / "EP-1", "--workspace", home, *ACT)
    notes = [note for step in verify_pack(home.parent / "EP-1", []).steps for note in step.notes]
    assert "The site lets clocks differ by 30 d (entry 1); 5 min were allowed here (--clock-tolerance)." in notes
    notes = [note for step in verify_pack(home.parent / "EP-1", [], tolerance=30 * 86_400).steps for note in step.notes]
    assert not any("lets clocks differ" in one for one in notes)

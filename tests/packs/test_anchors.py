"""The time sandwich: stamps of a real authority in the log, and entries that contradict them."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import sleep

import pytest
from local_tsa import Authority, available, make_authority, serving
from small_site import ACTOR, invoke, json_of, refused
from synthetic_pack import KEY, ORIGIN, make_pack
from synthetic_pack import Log as Base

from lotproof.ledger import merkle, note
from lotproof.ledger.entry import make_entry
from lotproof.ledger.gaps import Gap, Gaps, missed
from lotproof.packs.tsa import Authorities
from lotproof.packs.verify.anchors import Clocks
from lotproof.packs.verify.ledger import check_ledger
from lotproof.packs.verify.opening import open_pack
from lotproof.packs.verify.report import Step

pytestmark = pytest.mark.skipif(not available(), reason="there is no openssl program to run an authority with")


@pytest.fixture(scope="module")
def authority(tmp_path_factory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("tsa") / "a")


@pytest.fixture(scope="module")
def url(authority):
    with serving(authority) as address:
        yield address


def text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass
class Log(Base):
    """A log whose entries state times as the test says, relative to now."""

    url: str = ""
    start: datetime = field(default_factory=lambda: datetime.now(UTC))

    def at(self, offset: int, kind: str = "audit", stream: str = "INV-1", body: object = None) -> int:
        """Append an entry that states a time `offset` seconds from now."""
        head = self.streams.heads.get(stream)
        time = text(datetime.now(UTC) + timedelta(seconds=offset))
        return self.put(make_entry(kind, stream, head.seq + 1 if head else 1, head.leaf if head else None, time, "user-17", body or {"n": 1}))

    def checkpoint(self, size: int | None = None) -> bytes:
        leaves = [merkle.leaf_hash(data) for data in self.entries[:size]]
        return note.sign(note.Checkpoint(ORIGIN, len(leaves), merkle.root(leaves)).text, [KEY])

    def anchor(self, offset: int = 0, **changes: object) -> int:
        """Append a real anchor over the log so far, then changed."""
        signed = self.checkpoint()
        tsr = Authorities((self.url,), lambda: 5).stamp(signed)
        body = {"type": "rfc3161", "size": len(self.entries), "checkpoint": signed.decode(), "tsr": note.encode64(tsr), **changes}
        return self.at(offset, "anchor", "anchors", body)


@pytest.fixture
def log(url) -> Log:
    made = Log(url=url)
    for offset in (-60, -50, -40):
        made.at(offset)
    return made


def judged(log: Log, folder: Path, **clocks: object) -> Step:
    """What the ledger step of verify says of a pack with this log."""
    log.at(0, "directory", "directory", {"heads": {name: {"seq": head.seq, "leaf": head.leaf} for name, head in sorted(log.streams.heads.items())}})
    make_pack(folder, log, [])
    source = open_pack(folder)[1]
    head = note.parse_checkpoint(note.parse((folder / "data/ledger/checkpoint").read_bytes()).text)
    return check_ledger(source, head, None, Clocks(**clocks))


def told(step: Step) -> list[tuple[str, object]]:
    return [(problem.code, problem.where) for problem in step.problems]


def test_an_anchored_log_holds_and_the_notes_say_what_is_bounded(log, authority, tmp_path):
    log.anchor()
    log.at(1)
    step = judged(log, tmp_path / "p", ca=authority.ca.read_bytes())
    assert told(step) == []
    assert step.notes[0].startswith("1 anchors, the last of 20")
    assert "bound the times of entries 0 to 2; entries 3 to 5 are not older, and nothing in the log says" in step.notes[0]
    assert len(step.notes) == 1


def test_without_a_ca_whose_clock_it_was_is_open(log, tmp_path):
    log.anchor()
    step = judged(log, tmp_path / "p")
    assert told(step) == []
    assert step.notes[1:] == (
        "WARNING: the anchors are unproved. No CA was given, so whoever made the log may have made their timestamps too; what is said of "
        "times holds only if they are genuine. Give the authority's certificates with --ca.",
    )


def test_without_an_anchor_time_is_the_word_of_the_server(log, tmp_path):
    assert judged(log, tmp_path / "p").notes == ("No anchor: the times of the entries are the word of the server alone.",)


def test_the_stamps_of_another_authority_do_not_count(log, tmp_path):
    place = log.anchor()
    other = make_authority(tmp_path / "other", "Other")
    step = judged(log, tmp_path / "p", ca=other.ca.read_bytes())
    assert told(step) == [("bad-anchor", place)]
    assert "does not come from the CA that was given" in step.problems[0].sentence


def test_an_entry_written_after_an_anchor_cannot_be_dated_before_it(log, tmp_path):
    log.anchor()
    place = log.at(-3600)
    step = judged(log, tmp_path / "p")
    assert told(step) == [("time-before", place)]
    assert step.problems[0].sentence.endswith("before the timestamp in entry 3, which it holds or follows.")


def test_an_entry_that_an_anchor_covers_cannot_be_dated_after_it(log, tmp_path):
    place = log.at(3600)
    log.anchor()
    step = judged(log, tmp_path / "p")
    assert told(step) == [("time-after", place)]


def test_what_lies_within_the_tolerance_is_no_contradiction(log, tmp_path):
    log.at(200)
    log.anchor()
    log.at(-200)
    assert told(judged(log, tmp_path / "p")) == []
    strict = check_ledger(open_pack(tmp_path / "p")[1], note.parse_checkpoint(note.parse(log.checkpoint()).text), None, Clocks(tolerance=60))
    assert {code for code, _ in told(strict)} == {"time-before", "time-after"}


def test_a_second_anchor_bounds_what_lies_between_the_two(log, tmp_path):
    log.anchor()
    place = log.at(7200)
    log.anchor()
    log.at(0)
    assert told(judged(log, tmp_path / "p")) == [("time-after", place)]


def test_a_history_rewritten_today_cannot_carry_the_anchors_of_the_past(log, tmp_path):
    """A new past needs new stamps, and these tell today's date: the entries that state last month no longer fit."""
    forged = Log(url=log.url)
    month = -30 * 86_400
    for number in range(3):
        forged.at(month + number)
    forged.anchor(month + 3)
    places = [forged.at(month + 86_400), forged.at(month + 86_401)]
    found = told(judged(forged, tmp_path / "p"))
    assert [("time-before", place) for place in (3, *places)] == found


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda log: {"tsr": note.encode64(b"no token")}, "this is not an answer of a timestamp authority in DER"),
        (lambda log: {"tsr": 7}, "it has no checkpoint or no timestamp."),
        (lambda log: {"checkpoint": log.checkpoint(2).decode()}, "its timestamp is over something else than its checkpoint."),
        (lambda log: {"checkpoint": log.checkpoint().decode().replace("\n3\n", "\n9\n")}, "its checkpoint is not an earlier one of this log."),
        (lambda log: {"checkpoint": note.sign(note.Checkpoint("other.example/log", 3, bytes(32)).text, [KEY]).decode()}, "not an earlier one of this log"),
        (lambda log: {"checkpoint": note.sign(note.Checkpoint(ORIGIN, 3, bytes(32)).text, [KEY]).decode()}, "states another root at 3 entries than this log had."),
        (lambda log: {"checkpoint": "hello"}, "The note has no signature block"),
    ],
)  # fmt: skip
def test_a_changed_anchor_proves_nothing(log, tmp_path, change, sentence):
    place = log.anchor(**change(log))
    step = judged(log, tmp_path / "p")
    assert told(step) == [("bad-anchor", place)]
    assert sentence in step.problems[0].sentence


def test_a_bit_flipped_in_the_token_is_found(log, tmp_path):
    signed = log.checkpoint()
    tsr = bytearray(Authorities((log.url,), lambda: 5).stamp(signed))
    tsr[len(tsr) - 20] ^= 4
    place = log.anchor(tsr=note.encode64(bytes(tsr)))
    assert told(judged(log, tmp_path / "p")) == [("bad-anchor", place)]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "export").mkdir()
    (tmp_path / "export" / "a.csv").write_text("SERIAL;STATUS\n1;GOOD\n")
    json_of("init", tmp_path / "w", "--actor", ACTOR)
    json_of("add", tmp_path / "export", "--workspace", tmp_path / "w", "--actor", ACTOR)
    return tmp_path / "w"


def test_the_command_anchors_and_the_pack_carries_what_openssl_checks(home, url, authority, tmp_path):
    made = json_of("ledger", "anchor", "--tsa", url, "--workspace", home)
    assert (made["index"], made["size"]) == (3, 3)
    assert invoke("ledger", "anchor", "--tsa", url, "--workspace", home).output.startswith("Entry 4: the first 4 entries existed at 20")
    assert "Anchored 2 times, last at 20" in invoke("ledger", "status", "--workspace", home).output
    json_of("build", tmp_path / "export", "-o", tmp_path / "EP-1", "--workspace", home)
    folder = tmp_path / "EP-1/data/ledger/anchors"
    assert {path.name for path in folder.iterdir()} == {"3.tsr", "3.checkpoint", "4.tsr", "4.checkpoint"}
    for size in (3, 4):
        done = subprocess.run(
            ["openssl", "ts", "-verify", "-in", folder / f"{size}.tsr", "-data", folder / f"{size}.checkpoint", "-CAfile", authority.ca],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert "Verification: OK" in done.stdout + done.stderr
    source = open_pack(tmp_path / "EP-1")[1]
    head = note.parse_checkpoint(note.parse((tmp_path / "EP-1/data/ledger/checkpoint").read_bytes()).text)
    assert check_ledger(source, head, None, Clocks(ca=authority.ca.read_bytes())).problems == ()
    shutil.copy(folder / "3.tsr", folder / "4.tsr")
    found = check_ledger(open_pack(tmp_path / "EP-1")[1], head, None).problems
    assert [(problem.code, problem.where) for problem in found] == [("anchor-differs", 4)]
    assert json_of("ledger", "check", "--workspace", home)["ok"]


def test_an_authority_that_is_not_there_is_named(home):
    told = refused("ledger", "anchor", "--tsa", "http://127.0.0.1:9/", "--workspace", home)
    assert "No timestamp authority gave a timestamp: http://127.0.0.1:9/ could not be reached" in told


def test_a_clock_that_is_wrong_is_not_written_into_the_log(home, url, monkeypatch):
    from lotproof.cli import common

    monkeypatch.setattr(common, "time_text", lambda now: "2026-01-01T00:00:00Z")
    told = refused("ledger", "anchor", "--tsa", url, "--workspace", home)
    assert told.startswith("Error: The clock of this machine (2026-01-01T00:00:00Z) is ")
    assert "300 s are allowed. Set the clock, then anchor again." in told


DAY = 86_400


def test_missing_anchors_are_a_warning_with_the_longest_gap(log, authority, tmp_path):
    early = Log(url=log.url)
    early.at(-3 * DAY)
    early.at(-2 * DAY)
    early.anchor()
    step = judged(early, tmp_path / "p", ca=authority.ca.read_bytes())
    (warning,) = [note for note in step.notes if note.startswith("WARNING")]
    assert warning.startswith("WARNING: anchors are missing. The longest time without one is 3 d")
    assert f"from {text(early.start - timedelta(days=3))} to " in warning
    assert told(step) == []


def test_a_log_of_days_without_any_anchor_is_warned_of(tmp_path):
    log = Log()
    log.at(-2 * DAY)
    notes = judged(log, tmp_path / "p").notes
    assert notes[0] == "No anchor: the times of the entries are the word of the server alone."
    assert "The longest time without one is 2 d, from " in notes[1]


def test_gaps_count_from_the_first_entry_over_the_anchors_to_the_last():
    gaps = Gaps()
    for time in (0, 10):
        gaps.add(time)
    gaps.anchor(40)
    gaps.add(45)
    gaps.anchor(50)
    assert gaps.longest == Gap(0, 40)
    gaps.add(150)
    assert gaps.longest == Gap(50, 150)
    assert (missed(Gap(0, 97_200)), missed(Gap(0, 97_201))) == (False, True)


def test_if_due_does_nothing_while_the_last_anchor_is_recent(home, url):
    made = json_of("ledger", "anchor", "--if-due", "--tsa", url, "--workspace", home)
    found = json_of("ledger", "status", "--workspace", home)
    assert found["anchors"] == 1 and found["anchor_due"] > found["anchored"]
    assert json_of("ledger", "anchor", "--if-due", "--tsa", url, "--workspace", home) == {"due": found["anchor_due"]}
    done = invoke("ledger", "anchor", "--if-due", "--tsa", url, "--workspace", home).output
    assert done == f"The next anchor is due at {found['anchor_due']}; nothing was done.\n"
    assert f"The next anchor is due at {found['anchor_due']}." in invoke("ledger", "status", "--workspace", home).output
    json_of("ledger", "settings", "--anchor-every", "1s", "--why", "test", "--workspace", home)
    sleep(2)  # the clock is that of the machine, because the authority's is
    assert json_of("ledger", "anchor", "--if-due", "--tsa", url, "--workspace", home)["index"] > made["index"]

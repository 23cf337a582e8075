"""A delivery: every file one receipt, in the order of names, the same bytes once, nothing followed out of the folder."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest
from intake_helper import Taken, take, take_texts, write

from lotproof.intake import read_file, readers
from lotproof.intake.folder import Delivery, intake, spelled
from lotproof.intake.receipt import Receipt, receipt_from
from lotproof.lake.store import Lake

GOOD = "SerialNumber;Level;Status\nA1;EA;Good\n"
LINK = "this is a link or no regular file, so it was not followed; deliver the file itself."


def test_every_file_has_a_receipt_in_the_order_of_the_names(tmp_path: Path) -> None:
    taken = take_texts(tmp_path, {"b.csv": GOOD, "a/z.csv": GOOD + "\n", "a.txt": "Hello\n", "c.bin": bytes(range(256)) * 8})
    assert [(receipt.name, receipt.kind) for receipt in taken.receipts] == [
        ("a.txt", "document"), ("a/z.csv", "line"), ("b.csv", "line"), ("c.bin", "binary"),
    ]  # fmt: skip
    assert all(taken.lake.original(receipt.sha256).stat().st_size == receipt.size for receipt in taken.receipts)


def test_the_same_bytes_twice_are_stored_once_and_said(tmp_path: Path) -> None:
    taken = take_texts(tmp_path, {"one.csv": GOOD, "two.csv": GOOD})
    second = taken["two.csv"]
    assert (second.kind, second.duplicate_of, second.rows) == ("duplicate", "one.csv", 0)
    assert second.problems == ("two.csv: the same bytes as one.csv; stored once.",)
    assert len(list(taken.lake.segments.iterdir())) == 1


def test_a_single_file_is_a_delivery_too(tmp_path: Path) -> None:
    folder = write(tmp_path / "d", {"one.csv": GOOD, "two.csv": GOOD + "\n"})
    assert [receipt.name for receipt in take(folder / "one.csv", tmp_path / "lake").receipts] == ["one.csv"]


def test_a_source_that_is_known_is_not_read_again_unless_it_is_read_differently(tmp_path: Path) -> None:
    folder, lake = write(tmp_path / "d", {"x.csv": "SerialNumber;Level;Status;PackTime\nA1;EA;Good;2026-03-01 10:00\n"}), tmp_path / "lake"
    known: dict[tuple[str, str], Receipt] = {}

    def run(**more: object) -> Taken:
        def acknowledge(receipt: Receipt, reading: str) -> None:
            known[(receipt.sha256, reading)] = receipt

        return take(folder, lake, known=lambda sha, reading: known.get((sha, reading)), acknowledge=acknowledge, **more)

    assert "have no zone" in run().only.problems[0]
    assert run().only.notes == ("encoding utf-8", "already in the workspace, not read again")
    assert run(zone="UTC").only.problems == ()
    assert len(known) == 2


def test_the_sentences_of_a_known_source_name_it_as_it_is_named_now(tmp_path: Path) -> None:
    text = "SerialNumber;Level;Status\nA1;EA;Zebra\n"
    first = take(write(tmp_path / "one", {"old.csv": text}), tmp_path / "lake").only
    again = take(write(tmp_path / "two", {"new.csv": text}), tmp_path / "lake", known=lambda _sha, _reading: first).only
    assert again.problems == tuple(problem.replace("old.csv", "new.csv") for problem in first.problems)


def test_a_known_source_whose_segments_are_gone_is_read_again(tmp_path: Path) -> None:
    folder = write(tmp_path / "d", {"x.csv": GOOD})
    first = take(folder, tmp_path / "lake").only
    Lake(tmp_path / "lake").segment(first.sha256).rename(tmp_path / "gone")
    again = take(folder, tmp_path / "lake", known=lambda _sha, _reading: first)
    assert again.only.segment == first.segment


def test_the_same_bytes_give_the_same_segments(tmp_path: Path) -> None:
    one, two = (take_texts(tmp_path / name, {"x.csv": GOOD}).only.segment for name in ("one", "two"))
    assert one and one == two


def test_links_are_refused_and_the_rest_is_read(tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text(GOOD)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "inside.csv").write_text(GOOD)
    folder = write(tmp_path / "d", {"ok.csv": GOOD + "\n"})
    (folder / "file.csv").symlink_to(tmp_path / "secret.csv")
    (folder / "folder").symlink_to(tmp_path / "elsewhere")
    (folder / "dangling.csv").symlink_to(tmp_path / "nowhere")
    (folder / "loop").symlink_to(folder)
    taken = take(folder, tmp_path / "lake")
    assert taken["ok.csv"].stored == 1
    for name in ("file.csv", "folder", "dangling.csv", "loop"):
        assert taken[name].problems == (f"{name}: {LINK}",)
        assert (taken[name].kind, taken[name].sha256) == ("unreadable", "")
    assert len(taken.receipts) == 5


def test_pipes_and_sockets_are_refused_without_waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write(tmp_path / "d", {"ok.csv": GOOD})
    os.mkfifo(folder / "pipe.csv")
    monkeypatch.chdir(folder)  # the path of a socket is short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket.csv")
        taken = take(folder, tmp_path / "lake")
    assert taken["pipe.csv"].problems == (f"pipe.csv: {LINK}",)
    assert taken["socket.csv"].problems == (f"socket.csv: {LINK}",)
    assert taken["ok.csv"].stored == 1


def test_a_folder_with_the_name_of_a_file_is_a_folder(tmp_path: Path) -> None:
    assert [receipt.name for receipt in take_texts(tmp_path, {"x.csv/inside.csv": GOOD}).receipts] == ["x.csv/inside.csv"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_or_folder_without_permission_is_said(tmp_path: Path) -> None:
    folder = write(tmp_path / "d", {"no.csv": GOOD, "ok.csv": GOOD + "\n", "closed/x.csv": GOOD})
    (folder / "no.csv").chmod(0)
    (folder / "closed").chmod(0)
    taken = take(folder, tmp_path / "lake")
    (folder / "closed").chmod(0o700)
    assert taken["no.csv"].problems == ("no.csv: it cannot be read (Permission denied); make it readable and deliver it again.",)
    assert taken["closed"].problems == ("closed: this folder cannot be looked into; make it readable and deliver it again.",)


def test_a_folder_that_cannot_be_looked_into_is_said_not_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write(tmp_path / "d", {"ok.csv": GOOD, "closed/x.csv": GOOD + "\n"})
    real = os.scandir

    def refuse(path: str) -> object:
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(os, "scandir", refuse)
    taken = take(folder, tmp_path / "lake")
    assert taken["closed"].problems == ("closed: this folder cannot be looked into; make it readable and deliver it again.",)
    assert taken["ok.csv"].stored == 1


def test_names_with_odd_bytes_and_signs_are_spelled_on_one_line(tmp_path: Path) -> None:
    folder = write(tmp_path / "d", {})
    names = [b"line\nend.csv", b"esc\x1b[31m.csv", b"latin\xff.csv", b"tab\t.csv", b"quote'\"{}`$(x);--.csv", "right\u202eleft.csv".encode()]
    for number, name in enumerate(names):
        Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_text(f"SerialNumber;Level;Status\nA{number};EA;Good\n")
    taken = take(folder, tmp_path / "lake")
    assert sorted(receipt.name for receipt in taken.receipts) == sorted(
        ["line\\nend.csv", "esc\\x1b[31m.csv", "latin\\udcff.csv", "tab\\t.csv", "quote'\"{}`$(x);--.csv", "right\\u202eleft.csv"]
    )
    assert all(receipt.stored == 1 for receipt in taken.receipts)


def test_two_names_that_are_spelled_alike_are_both_kept(tmp_path: Path) -> None:
    """Otherwise a file could hide behind another's name."""
    folder = write(tmp_path / "d", {"a\nb.csv": GOOD, "a\\nb.csv": GOOD + "\n"})
    taken = take(folder, tmp_path / "lake")
    assert len({receipt.name for receipt in taken.receipts}) == 2
    assert sum(receipt.stored for receipt in taken.receipts) == 2


def test_a_plain_name_is_spelled_as_it_is() -> None:
    assert spelled("Prüfung/ä b (1).csv") == "Prüfung/ä b (1).csv"


def test_a_name_as_long_as_names_can_be_is_read(tmp_path: Path) -> None:
    name = "x" * 251 + ".csv"
    assert take_texts(tmp_path, {name: GOOD}).only.stored == 1


def test_a_lake_below_a_folder_with_an_apostrophe_works(tmp_path: Path) -> None:
    folder = write(tmp_path / "d", {"x.csv": GOOD})
    assert take(folder, tmp_path / "o'brien; DROP" / "lake").only.observations == 1


def test_an_unforeseen_failure_in_one_file_leaves_the_others_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = readers.read_table

    def fail(connection: object, table: object, context: object) -> object:
        if context.name == "bad.csv":  # type: ignore[attr-defined]
            raise KeyError("surprise")
        return real(connection, table, context)  # type: ignore[arg-type]

    monkeypatch.setattr(readers, "read_table", fail)
    taken = take_texts(tmp_path, {"bad.csv": GOOD, "ok.csv": GOOD + "\n"})
    assert taken["bad.csv"].problems == (
        "bad.csv: reading it failed (KeyError: 'surprise'); it is kept as it is, its rows are in quarantine. Report this file, it "
        "should be readable.",
    )
    assert (taken["bad.csv"].quarantined, taken["ok.csv"].stored) == (2, 1)


def test_a_full_disk_is_no_matter_of_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> object:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(read_file, "write_segments", full)
    folder, lake = write(tmp_path / "d", {"x.csv": GOOD}), Lake(tmp_path / "lake")
    with pytest.raises(OSError, match="No space left on device"):
        intake(Delivery(folder), lake)
    assert list(lake.scratch.iterdir()) == []


def test_progress_is_told_in_bytes_and_never_runs_back(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    take_texts(tmp_path, {"a.csv": GOOD, "b.csv": GOOD + "\n"}, progress=lambda *args: told.append(args))
    assert [done for _, done, _ in told] == sorted(done for _, done, _ in told)
    assert told[-1][1] == told[-1][2] == len(GOOD) * 2 + 1


def test_a_receipt_survives_its_json_form(tmp_path: Path) -> None:
    receipt = take_texts(tmp_path, {"x.csv": GOOD + "A2;EA;Zebra\n"}).only
    assert receipt_from({**receipt.as_json(), "segment": receipt.segment}) == receipt

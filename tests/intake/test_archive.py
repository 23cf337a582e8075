"""Archives: their files are taken in like others, within limits, and nothing of a hostile one leads anywhere."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
from pathlib import Path

import pytest

from lotproof.intake import archive as archives
from lotproof.intake.folder import Delivery, intake
from lotproof.intake.receipt import Receipt
from lotproof.lake.store import Lake

CSV = "Lot,Serial,Status,Level,Parent\n" + "".join(f"B1,S{number:04d},Commissioned,EA,\n" for number in range(20))


def zipped(**files: bytes | str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/"), content)
    return out.getvalue()


def taken(tmp_path: Path, **files: bytes) -> dict[str, Receipt]:
    folder = tmp_path / "in"
    folder.mkdir()
    for name, content in files.items():
        (folder / name.replace("__", ".")).write_bytes(content)
    lake = Lake(tmp_path / "lake")
    receipts = {receipt.name: receipt for receipt in intake(Delivery(folder, zone="UTC"), lake)}
    assert list(lake.scratch.iterdir()) == []
    return receipts


def test_the_files_of_an_archive_are_read_like_others(tmp_path: Path) -> None:
    found = taken(tmp_path, export__zip=zipped(**{"line/serials.csv": CSV}))
    assert found["export.zip"].notes == ("an archive; 1 files were unpacked from it",)
    assert found["export.zip"].problems == ()
    assert (found["export.zip!/line/serials.csv"].kind, found["export.zip!/line/serials.csv"].stored) == ("line", 20)


def test_archives_in_archives_and_gzip_are_read(tmp_path: Path) -> None:
    inner = zipped(**{"serials.csv.gz": gzip.compress(CSV.encode(), mtime=0)})
    found = taken(tmp_path, outer__zip=zipped(**{"inner.zip": inner}))
    assert found["outer.zip!/inner.zip!/serials.csv.gz!/serials.csv"].stored == 20


def test_the_same_file_beside_and_inside_an_archive_is_stored_once(tmp_path: Path) -> None:
    found = taken(tmp_path, a__csv=CSV.encode(), b__zip=zipped(**{"a.csv": CSV}))
    assert found["b.zip!/a.csv"].duplicate_of == "a.csv"


def test_a_name_that_leads_out_is_only_a_name(tmp_path: Path) -> None:
    found = taken(tmp_path, evil__zip=zipped(**{"../../../etc/serials.csv": CSV}))
    assert found["evil.zip!/../../../etc/serials.csv"].stored == 20
    assert not (tmp_path / "etc").exists()


def test_archives_nested_too_deep_are_named(tmp_path: Path) -> None:
    content = zipped(**{"serials.csv": CSV})
    for _ in range(archives.MAX_DEPTH):
        content = zipped(**{"in.zip": content})
    found = taken(tmp_path, deep__zip=content)
    deepest = max(found, key=len)
    assert found[deepest].problems == (f"{deepest}: archives are nested deeper than 4; unpack it and deliver the files in it.",)


def test_a_zip_bomb_is_stopped_while_it_unpacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "FREE", 1 << 20)
    monkeypatch.setattr(archives, "MAX_RATIO", 50)
    found = taken(tmp_path, bomb__zip=zipped(small=CSV, zeros=bytes(32 << 20)), other__csv=CSV.encode())
    sentence = "bomb.zip: the archive unpacks to far more than an export holds (a zip bomb?); it was not unpacked further."
    assert found["bomb.zip"].problems == (sentence,)
    assert found["other.csv"].stored == 20


def test_a_header_that_lies_about_the_size_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "FREE", 1 << 20)
    monkeypatch.setattr(archives, "MAX_RATIO", 50)
    content = bytearray(zipped(zeros=bytes(32 << 20)))
    at = content.rindex(b"PK\x01\x02")
    content[at + 24 : at + 28] = struct.pack("<I", 10)
    found = taken(tmp_path, liar__zip=bytes(content))
    (sentence,) = found["liar.zip"].problems
    assert "damaged" in sentence or "zip bomb" in sentence


def test_an_encrypted_archive_is_named(tmp_path: Path) -> None:
    content = bytearray(zipped(**{"serials.csv": CSV}))
    content[6] |= 1
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    found = taken(tmp_path, locked__zip=bytes(content))
    assert found["locked.zip"].problems == ("locked.zip: 'serials.csv' in the archive is encrypted; unpack it and deliver the files.",)


def test_too_many_files_are_refused_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_MEMBERS", 3)
    found = taken(tmp_path, many__zip=zipped(a="1", b="2", c="3", d="4"))
    assert found["many.zip"].problems == ("many.zip: the archive holds 4 files, more than 3; deliver it in parts.",)


def test_damage_inside_an_archive_leaves_the_files_before_it(tmp_path: Path) -> None:
    content = bytearray(zipped(**{"a.csv": CSV, "b.csv": CSV.replace("B1", "B2") * 50}))
    second = content.index(b"PK\x03\x04", 10)
    content[second + 60 : second + 90] = b"\xff" * 30
    found = taken(tmp_path, half__zip=bytes(content))
    assert found["half.zip!/a.csv"].stored == 20
    assert found["half.zip"].problems[0].startswith("half.zip: 'b.csv' in the archive is damaged (")


def test_what_an_archive_says_of_its_files_holds_for_them_alone(tmp_path: Path) -> None:
    profile = '[[file]]\nmatch = "line/serials.csv"\nzone = "Europe/Berlin"\n[[file]]\nmatch = "other.csv"\nzone = "Europe/Berlin"\n'
    timed = CSV.replace("Parent\n", "Parent,VerifyTime\n").replace("EA,\n", "EA,,2026-03-02 10:00:00\n")
    content = zipped(**{"line/serials.csv": timed, "deep/other.csv": timed.replace("B1", "B2"), "map.toml": profile})
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "[1].zip").write_bytes(content)
    (tmp_path / "in" / "other.csv").write_text(timed.replace("B1", "B3"))
    found = {receipt.name: receipt for receipt in intake(Delivery(tmp_path / "in"), Lake(tmp_path / "lake"))}
    assert found["[1].zip!/line/serials.csv"].problems == ()
    assert found["[1].zip!/deep/other.csv"].problems == ()
    assert "have no zone" in found["other.csv"].problems[0]

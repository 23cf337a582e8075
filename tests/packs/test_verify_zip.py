"""Packs in zips, and zips that lie."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from synthetic_pack import KEY, PACK, both, codes, make_pack, sentences, zip_pack

from lotproof.packs.verify import verify_pack


@pytest.fixture(scope="module")
def honest(tmp_path_factory):
    return make_pack(tmp_path_factory.mktemp("honest") / PACK)


@pytest.fixture
def archive(honest, tmp_path):
    return zip_pack(honest, tmp_path / "pack.zip")


def add(archive: Path, name: str | zipfile.ZipInfo, data: bytes = b"x") -> None:
    with zipfile.ZipFile(archive, "a") as target:
        target.writestr(name, data)


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_zip_passes_stored_and_deflated(honest, tmp_path, method):
    assert both(zip_pack(honest, tmp_path / "p.zip", method))["exit_code"] == 0


def test_a_zip_without_a_top_folder_passes(honest, tmp_path):
    with zipfile.ZipFile(tmp_path / "p.zip", "w") as target:
        for path in sorted(honest.rglob("*")):
            target.write(path, path.relative_to(honest).as_posix())
    assert both(tmp_path / "p.zip")["exit_code"] == 0


@pytest.mark.parametrize(
    "name",
    ["../up.txt", "/etc/passwd", f"{PACK}/data/../../up", "C:/x", f"{PACK}\\data\\x", f"{PACK}//x", f"{PACK}/./x", "../"],
)
def test_a16_a_path_that_leaves_the_pack_is_refused(archive, name):
    add(archive, name, b"" if name.endswith("/") else b"x")
    report = both(archive)
    assert report["exit_code"] == 1
    assert "name-unsafe" in codes(report)


def test_a15_a_link_in_a_zip_is_refused(archive):
    info = zipfile.ZipInfo(f"{PACK}/data/link")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    add(archive, info, b"/etc/passwd")
    report = both(archive)
    assert codes(report) == {"symlink"}
    assert report["exit_code"] == 1


def test_a_member_that_is_there_twice_is_refused(archive):
    with pytest.warns(UserWarning, match="Duplicate name"):
        add(archive, f"{PACK}/data/findings.json", b"[]\n")
    report = both(archive)
    assert codes(report) == {"name-duplicate"}
    assert f"{PACK}/data/findings.json is there twice; which one counts is open." in sentences(report)


@pytest.mark.parametrize(
    ("name", "code"),
    [("data/FINDINGS.json", "name-case"), ("Data/x", "name-case"), ("data/e\u0301.csv", "name-nfc")],
)
def test_names_that_another_file_system_would_change_are_refused(archive, name, code):
    add(archive, f"{PACK}/{name}")
    assert code in codes(both(archive))


def test_a_member_beside_the_pack_is_refused(archive):
    add(archive, "OPEN-ME.html")
    report = both(archive)
    assert codes(report) == {"zip-outside"}
    assert f"OPEN-ME.html lies outside the folder {PACK}/ of the pack." in sentences(report)


def directory_entry(data: bytes, name: str) -> int:
    """Give where the central directory entry of `name` begins."""
    at = data.index(b"PK\x01\x02")
    while True:
        length, extra, comment = struct.unpack_from("<3H", data, at + 28)
        if data[at + 46 : at + 46 + length].decode() == name:
            return at
        at += 46 + length + extra + comment


def patch(archive: Path, name: str, offset: int, layout: str, value: int) -> None:
    """Overwrite one field of a central directory entry."""
    data = bytearray(archive.read_bytes())
    struct.pack_into(layout, data, directory_entry(bytes(data), name) + offset, value)
    archive.write_bytes(data)


MEMBER = f"{PACK}/data/raw/site/events.xml"


@pytest.mark.parametrize("size", [3599, 1, 3601, 10_000])
def test_a_member_of_another_size_than_declared_is_refused(archive, size):
    patch(archive, MEMBER, 24, "<L", size)
    report = both(archive)
    assert {"zip-member"} <= codes(report)
    assert report["exit_code"] == 1


def test_a_member_that_goes_on_after_a_declared_prefix_with_a_matching_crc_is_refused(archive):
    """The attack behind the rule: unpackers that trust the size see another file than those that inflate to the end."""
    patch(archive, MEMBER, 24, "<L", 9)
    patch(archive, MEMBER, 16, "<L", zlib.crc32(b"<event/>\n"))
    report = both(archive)
    assert {"zip-member"} <= codes(report)
    assert "data/raw/site/events.xml holds more than the 9 bytes it declares." in sentences(report)


@pytest.mark.parametrize(("offset", "layout", "value"), [(16, "<L", 1), (10, "<H", 12), (8, "<H", 1), (20, "<L", 5)])
def test_a_member_with_wrong_crc_method_flag_or_length_is_refused(archive, offset, layout, value):
    patch(archive, MEMBER, offset, layout, value)
    report = both(archive)
    assert "zip-member" in codes(report)
    assert report["exit_code"] == 1


def test_a_member_that_points_into_another_is_refused(archive):
    data = archive.read_bytes()
    (other,) = struct.unpack_from("<L", data, directory_entry(data, f"{PACK}/data/findings.json") + 42)
    patch(archive, MEMBER, 42, "<L", other)
    assert {"zip-member", "zip-overlap"} <= codes(both(archive))


def test_a_damaged_member_is_named_and_hides_nothing(archive):
    data = bytearray(archive.read_bytes())
    (start,) = struct.unpack_from("<L", data, directory_entry(bytes(data), MEMBER) + 42)
    data[start + 30 + len(MEMBER) + 3] ^= 0xFF
    archive.write_bytes(data)
    report = both(archive)
    assert codes(report) == {"zip-member"}
    assert any(sentence.startswith("data/raw/site/events.xml ") for sentence in sentences(report))


def test_a_truncated_zip_is_no_pack(archive):
    archive.write_bytes(archive.read_bytes()[:-100])
    report = both(archive)
    assert report["exit_code"] == 2


def test_a_bomb_is_cut_off_at_its_declared_size(honest, tmp_path):
    """256 MiB of zeros in a member that declares 9 bytes: read no further than one piece."""
    target = zip_pack(honest, tmp_path / "bomb.zip")
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as archive, archive.open(f"{PACK}/data/bomb", "w") as member:
        for _ in range(64):
            member.write(bytes(4 << 20))
    patch(target, f"{PACK}/data/bomb", 24, "<L", 9)
    report = verify_pack(target, [KEY.vkey])
    assert "data/bomb holds more than the 9 bytes it declares." in [p.sentence for s in report.steps for p in s.problems]


def test_every_flipped_byte_of_a_small_zip_is_answered_alike_and_never_by_a_crash(tmp_path, honest):
    """Bytes of the container may be flipped without effect (times, extra fields); then the pack still passes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as target:
        for path in ("bagit.txt", "data/findings.json", "seal/trust/log.vkey"):
            target.write(honest / path, f"p/{path}")
    whole, seen = buffer.getvalue(), set()
    for position in range(0, len(whole)):
        data = bytearray(whole)
        data[position] ^= 1 << position % 8
        (tmp_path / "p.zip").write_bytes(data)
        seen.add(both(tmp_path / "p.zip")["exit_code"])
    assert seen == {1, 2}

"""BagIt bags: what is written, what is refused, and the conformance suite of the Library of Congress."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from synthetic_pack import put, shared

from lotproof.packs import bag
from lotproof.packs.verify import fixity, names
from lotproof.packs.verify.folder import FolderSource

SUITE = shared() / "vectors/evidence/bagit-conformance"


@pytest.fixture
def folder(tmp_path):
    for path, data in {
        "README.txt": b"read me",
        "verify/verify.py": b"print()",
        "data/b.txt": b"bee",
        "data/a/1.txt": b"",
        "data/100% sure\r\n.txt": b"x",
        "seal/statement.json": b"{}",
    }.items():
        put(tmp_path, path, data)
    return tmp_path


def problems_of(root: Path) -> list[str]:
    """Check a folder as a bag with whatever of the two algorithms it has manifests for."""
    source = FolderSource(root)
    algorithms = [name for name in bag.ALGORITHMS if f"manifest-{name}.txt" in source.files]
    digests, found = fixity.hash_files(source, algorithms)
    found += fixity.check_manifests(source, digests, algorithms) + fixity.check_declaration(source)
    return [problem.code for problem in found]


def test_a_bag_lists_payload_and_tag_files_sorted_and_encoded(folder):
    digests = bag.write_bag(folder, {"External-Identifier": "EP-1", "Bagging-Date": "2026-10-03"})
    assert (folder / "bagit.txt").read_bytes() == b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
    assert (folder / "bag-info.txt").read_text() == ("External-Identifier: EP-1\nBagging-Date: 2026-10-03\nPayload-Oxum: 4.3\n")
    assert (folder / "manifest-sha256.txt").read_text() == "".join(
        f"{hashlib.sha256(data).hexdigest()}  {path}\n"
        for path, data in [("data/100%25 sure%0D%0A.txt", b"x"), ("data/a/1.txt", b""), ("data/b.txt", b"bee")]
    )
    tags = [line.split("  ")[1] for line in (folder / "tagmanifest-sha512.txt").read_text().splitlines()]
    assert tags == [
        "README.txt", "bag-info.txt", "bagit.txt", "manifest-sha256.txt", "manifest-sha512.txt", "verify/verify.py",
    ]  # fmt: skip
    assert digests.oxum == "4.3"
    assert [file.path for file in digests.tagmanifests] == ["tagmanifest-sha256.txt", "tagmanifest-sha512.txt"]
    data = (folder / "tagmanifest-sha256.txt").read_bytes()
    assert digests.tagmanifests[0].sha512 == hashlib.sha512(data).hexdigest()


def test_a_bag_holds_for_the_checker_and_writing_it_again_changes_nothing(folder):
    first = bag.write_bag(folder, {"External-Identifier": "EP-1"})
    assert problems_of(folder) == []
    assert bag.write_bag(folder, {"External-Identifier": "EP-1"}) == first


def test_a_link_in_the_folder_is_refused(folder):
    (folder / "data/link").symlink_to("b.txt")
    with pytest.raises(bag.BagError, match=r"^data/link is a symbolic link; a pack holds plain files only\."):
        bag.write_bag(folder, {})


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("data/B.txt", "are the same name on some file systems"),
        ("data/e\u0301.txt", "is not in Unicode NFC"),
        ("data/a\\b", "has a backslash"),
    ],
)
def test_a_name_that_a_verifier_refuses_is_refused_when_writing(folder, path, sentence):
    put(folder, path, b"")
    with pytest.raises(bag.BagError, match=sentence):
        bag.write_bag(folder, {})


@pytest.mark.parametrize(("label", "value"), [("A", "1\n2"), ("A:", "1"), ("", "1"), (" A", "1")])
def test_a_malformed_line_of_bag_info_is_refused(folder, label, value):
    with pytest.raises(bag.BagError, match="bag-info"):
        bag.write_bag(folder, {label: value})


@pytest.mark.parametrize("path", ["data/a%b", "data/%0A", "data/\n\r%", "data/%2525", "data/ä"])
def test_encoding_of_paths_can_be_undone(path):
    assert names.decode(names.encode(path)) == path
    assert "\n" not in names.encode(path)


def cases(verdict: str) -> list[Path]:
    return sorted((SUITE / "v1.0" / verdict).glob("*")) if SUITE.exists() else []


@pytest.mark.skipif(not SUITE.exists(), reason="shared vectors are absent")
@pytest.mark.parametrize("root", cases("valid"), ids=lambda path: path.name)
def test_a_valid_bag_of_the_conformance_suite_holds(root):
    assert problems_of(root) == []


@pytest.mark.skipif(not SUITE.exists(), reason="shared vectors are absent")
@pytest.mark.parametrize("root", cases("invalid"), ids=lambda path: path.name)
def test_an_invalid_bag_of_the_conformance_suite_is_refused_for_its_reason(root):
    reason = {
        "bagit-with-invalid-whitespace": "bagit-version",
        "notAllManifestsListAllFiles": "unlisted-file",
        "same-filename-listed-twice-with-different-hashes": "bad-manifest",
        "same-filename-listed-twice-with-the-same-hash": "bad-manifest",
    }
    assert reason[root.name] in problems_of(root)

"""Makes a pack folder a BagIt 1.0 bag (RFC 8493): declaration, bag-info, manifests and tag manifests.

Everything below `data/` is payload. Everything else but `seal/` and the tag manifests is a tag file and is listed in
both tag manifests; `seal/` is in no manifest, because it is made over them. Two hash families, so that a later
break of one does not open the pack. Each file is read once for both hashes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from lotproof.packs.verify import names
from lotproof.packs.verify.folder import walk

ALGORITHMS = ("sha256", "sha512")
"""The hash functions of the manifests, as RFC 8493 section 2.4 names them."""

DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
"""The bytes of bagit.txt (RFC 8493 section 2.1.1)."""

TAG_MANIFESTS = tuple(f"tagmanifest-{algorithm}.txt" for algorithm in ALGORITHMS)
"""The files that the seal names."""

_CHUNK = 1 << 20


class BagError(ValueError):
    """A folder that cannot be made a bag."""


@dataclass(frozen=True)
class FileDigest:
    """One file and its digests."""

    path: str
    """Relative to the pack, with forward slashes."""
    size: int
    """Bytes."""
    sha256: str
    """Lower-case hex."""
    sha512: str
    """Lower-case hex."""


@dataclass(frozen=True)
class BagDigests:
    """What the seal needs to know of a bag, and its measure."""

    tagmanifests: tuple[FileDigest, ...]
    """tagmanifest-sha256.txt and tagmanifest-sha512.txt: the subjects of the statement."""
    payload: tuple[FileDigest, ...]
    """The files below data/, sorted by path."""

    @property
    def payload_octets(self) -> int:
        """Bytes of payload."""
        return sum(file.size for file in self.payload)

    @property
    def oxum(self) -> str:
        """Payload-Oxum: bytes, a dot, number of files (RFC 8493 section 2.2.2)."""
        return f"{self.payload_octets}.{len(self.payload)}"


def write_bag(root: Path, info: Mapping[str, str]) -> BagDigests:
    """Write the tag files of the bag at `root`, over whatever lies there but `seal/`.

    `info` gives the lines of bag-info.txt in order, without Payload-Oxum; `External-Identifier` is the pack id.
    README.txt and verify/ must be in place before. Raises BagError, naming the file, for a link or an unsafe name.
    """
    _clear(root)
    paths = _paths(root)
    payload = tuple(hash_file(root, path) for path in paths if path.startswith("data/"))
    oxum = BagDigests((), payload).oxum
    (root / "bagit.txt").write_bytes(DECLARATION)
    (root / "bag-info.txt").write_bytes(_info({**info, "Payload-Oxum": oxum}))
    for algorithm in ALGORITHMS:
        (root / f"manifest-{algorithm}.txt").write_bytes(manifest(payload, algorithm))
    tags = [hash_file(root, path) for path in _paths(root) if not path.startswith("data/")]
    for algorithm in ALGORITHMS:
        (root / f"tagmanifest-{algorithm}.txt").write_bytes(manifest(tags, algorithm))
    return BagDigests(tuple(hash_file(root, name) for name in TAG_MANIFESTS), payload)


def hash_file(root: Path, path: str) -> FileDigest:
    """Hash one file of the pack with both functions in one pass."""
    first, second, size = hashlib.sha256(), hashlib.sha512(), 0
    with (root / path).open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            first.update(chunk)
            second.update(chunk)
            size += len(chunk)
    return FileDigest(path, size, first.hexdigest(), second.hexdigest())


def manifest(files: Iterable[FileDigest], algorithm: str) -> bytes:
    """Give the bytes of a manifest: `<hex>  <encoded path>` a line, sorted by the bytes of the path."""
    rows = sorted(files, key=lambda file: file.path.encode())
    return "".join(f"{getattr(file, algorithm)}  {names.encode(file.path)}\n" for file in rows).encode()


def _clear(root: Path) -> None:
    """Remove the tag files of an earlier attempt, so that they are not listed as they were."""
    for prefix in ("manifest", "tagmanifest"):
        for algorithm in ALGORITHMS:
            (root / f"{prefix}-{algorithm}.txt").unlink(missing_ok=True)


def _paths(root: Path) -> list[str]:
    """List the files that belong in a manifest, sorted; refuses what a verifier would refuse."""
    found = list(walk(root))
    for path, kind, _ in found:
        if kind != "file":
            raise BagError(f"{path} is a {kind}; a pack holds plain files only. Replace it by the file itself.")
    _, problems = names.screen(path for path, _, _ in found)
    if problems:
        raise BagError(f"{problems[0].sentence} Rename it before the pack is built.")
    return sorted((path for path, _, _ in found if not path.startswith("seal/")), key=str.encode)


def _info(info: Mapping[str, str]) -> bytes:
    for label, value in info.items():
        if ":" in label or label != label.strip() or not label:
            raise BagError(f"{label!r} is no label for bag-info.txt: it is empty or has a colon or outer spaces.")
        if any(character in label + value for character in "\r\n"):
            raise BagError(f"The value of {label} in bag-info.txt has a line break; write it on one line.")
    return "".join(f"{label}: {value}\n" for label, value in info.items()).encode()

"""Archive timestamps: a fresh authority vouches for the whole seal before the certificates of the earlier ones end.

`seal/renewals/<date>/list.<algorithm>` holds the digest of every file in seal/ and of tagmanifest-sha512.txt, in the form of
sha512sum; `list.<algorithm>.tsr` is a timestamp over it. When a hash function weakens, `manifest-<algorithm>.txt` lists the
payload anew as well. These are the two renewals of RFC 4998, in files that a shell can check. No sealed byte is touched.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from lotproof.packs.sealer import SealingError
from lotproof.packs.tsa import Authorities
from lotproof.packs.verify import names
from lotproof.packs.verify.folder import walk
from lotproof.packs.verify.redaction import REDACTION

ALGORITHMS = ("sha512", "sha3-512")
"""Hash functions of a renewal; the first is the usual one."""

_CHUNK = 1 << 20


def renew_pack(pack: Path, date: str, authorities: Authorities, algorithm: str = ALGORITHMS[0], anew: bool = False) -> Path:
    """Write a renewal into the folder `pack` and give its folder; `date` is YYYY-MM-DD, `anew` lists the payload again.

    Raises SealingError where `pack` is no sealed folder or has a renewal of that date, TsaError when no authority answers.
    """
    if not (pack / "seal" / "statement.json").is_file() or not (pack / "tagmanifest-sha512.txt").is_file():
        raise SealingError(f"{pack} is not the folder of a sealed pack; unpack a zip first, and renew what `lotproof verify` accepts.")
    folder = pack / "seal" / "renewals" / date
    if folder.exists():
        raise SealingError(f"{folder} is there already; a renewal is never overwritten. Renew on another day.")
    paths = [path for path, _, _ in walk(pack)]
    files: dict[str, bytes] = {}
    if anew:
        files[f"manifest-{algorithm}.txt"] = _list(pack, [path for path in paths if path.startswith("data/")], algorithm)
    listed = [path for path in paths if path.startswith("seal/") and not path.startswith(REDACTION)]
    extra = "".join(f"{hashlib.new(_name(algorithm), data).hexdigest()}  seal/renewals/{date}/{name}\n" for name, data in files.items())
    content = _list(pack, [*listed, "tagmanifest-sha512.txt"], algorithm) + extra.encode()
    answer = authorities.stamp(content, algorithm)
    folder.mkdir(parents=True)
    for name, data in {**files, f"list.{algorithm}": content, f"list.{algorithm}.tsr": answer}.items():
        (folder / name).write_bytes(data)
    return folder


def _list(pack: Path, paths: list[str], algorithm: str) -> bytes:
    """Give the bytes of a manifest: `<hex>  <encoded path>` a line."""
    return "".join(f"{_digest(pack / path, algorithm)}  {names.encode(path)}\n" for path in sorted(paths, key=str.encode)).encode()


def _digest(path: Path, algorithm: str) -> str:
    running = hashlib.new(_name(algorithm))
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            running.update(chunk)
    return running.hexdigest()


def _name(algorithm: str) -> str:
    return algorithm.replace("-", "_")

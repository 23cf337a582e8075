"""A copy of a pack without chosen files: what is left out stays in the manifests, and the log's key says that it is withheld."""

from __future__ import annotations

import fnmatch
import gzip
import io
import shutil
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from lotproof.ledger import canonical, note
from lotproof.packs.sealer import SealingError
from lotproof.packs.staging import staging_beside
from lotproof.packs.verify.folder import walk
from lotproof.packs.verify.redaction import REDACTION, REDACTION_NOTE, redaction_text

KEPT = "data/ledger/"
"""The ledger stays: without it nothing could be checked."""

OPAQUE = (".pdf", ".png", ".jpg", ".parquet")
"""Files whose text cannot be searched here; they go when a lot is left out, unless their name tells another lot."""


@dataclass(frozen=True)
class Redacted:
    """What was left out."""

    withheld: tuple[str, ...]
    """Paths."""
    still_named: tuple[str, ...]
    """Files that stay although they name a lot that was to be left out: the ledger."""


def redact_pack(
    pack: Path, target: Path, key: note.Signer, *, patterns: Sequence[str], lots: Sequence[str], time: str, actor: str, reason: str,
    handovers: Sequence[tuple[int, dict[str, canonical.Json]]] = (),
) -> Redacted:  # fmt: skip
    """Copy the folder `pack` to `target` without what `patterns` (of paths, as data/raw/*.xml) and `lots` name.

    `key` is the log's; `handovers` are the hand-overs of the log, index and body, for a pack that an earlier key sealed. Raises
    SealingError where nothing or the ledger would be left out, or the place is taken.
    """
    if not (pack / "seal" / "statement.json").is_file():
        raise SealingError(f"{pack} is not the folder of a sealed pack; unpack a zip first.")
    way = _way(pack, note.VerifierKey(key.name, key.public).vkey, handovers)
    if target.exists():
        raise SealingError(f"There is something at {target} already; name another place with -o.")
    paths = sorted(path for path, _, _ in walk(pack) if path.startswith("data/"))
    chosen = {path for path in paths if any(fnmatch.fnmatchcase(path, pattern) for pattern in patterns)}
    if kept := sorted(path for path in chosen if path.startswith(KEPT)):
        raise SealingError(f"{kept[0]} cannot be left out: without the ledger nothing of the pack could be checked.")
    naming = {path for path in paths if any(_names(pack / path, lot) for lot in lots)}
    chosen |= {path for path in naming if not path.startswith(KEPT)}
    if not chosen:
        raise SealingError("Nothing in the pack fits what was to be left out; paths begin with data/, lots are written as in the report.")
    _write(pack, target, key, sorted(chosen), {"by": actor, "reason": reason, "time": time, **way})
    return Redacted(tuple(sorted(chosen)), tuple(sorted(path for path in naming if path.startswith(KEPT))))


def _way(pack: Path, vkey: str, handovers: Sequence[tuple[int, dict[str, canonical.Json]]]) -> dict[str, canonical.Json]:
    """Give the hand-overs that lead from the key that sealed the pack to the present one `vkey`; SealingError where none do."""
    own = pack / "seal" / "trust" / "log.vkey"
    sealed, way = own.read_text(encoding="utf-8").strip() if own.is_file() else "", list[canonical.Json]()
    for index, body in handovers:
        if body.get("retires") == sealed or way:
            way.append({"index": index, "body": body})
    if sealed != vkey and not way:
        sentence = f"{pack} was sealed by another log than that of {vkey}; only the log that sealed a pack can say what it withholds."
        raise SealingError(sentence)
    return {"handovers": way} if way else {}


def _write(pack: Path, target: Path, key: note.Signer, chosen: Sequence[str], facts: dict[str, canonical.Json]) -> None:
    statement = canonical.loads((pack / "seal" / "statement.json").read_bytes())
    identifier = str(statement["predicate"]["pack"])  # type: ignore[index,call-overload]
    withheld: list[canonical.Json] = [{"path": path, "size": (pack / path).stat().st_size} for path in chosen]
    document = canonical.dumps({**facts, "pack": identifier, "withheld": withheld})
    with staging_beside(target) as staging:
        copy = staging / target.name
        shutil.copytree(pack, copy, ignore=_ignoring(pack, set(chosen)))
        (copy / REDACTION).write_bytes(document)
        (copy / REDACTION_NOTE).write_bytes(note.sign(redaction_text(identifier, document), [key]))
        copy.replace(target)


def _ignoring(pack: Path, chosen: set[str]) -> Callable[[str, list[str]], list[str]]:
    def ignore(folder: str, found: list[str]) -> list[str]:
        return [name for name in found if (Path(folder) / name).relative_to(pack).as_posix() in chosen]

    return ignore


def _names(path: Path, lot: str) -> bool:
    """Say whether a file names the lot, in its name or content; one that cannot be searched counts as naming it."""
    if lot in path.name or path.suffix in OPAQUE:
        return True
    return any(lot.encode() in text for text in _texts(path))


def _texts(path: Path) -> Iterator[bytes]:
    data = path.read_bytes()
    if path.suffix == ".gz":
        data = gzip.decompress(data)
    yield data
    if zipfile.is_zipfile(io.BytesIO(data)):
        yield from _members(data)


def _members(data: bytes) -> Iterable[bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            yield archive.read(name)

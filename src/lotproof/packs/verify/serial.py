"""Proof of what a pack says about one serial, small enough to send by mail, and its verification without the pack.

The proof holds each block of lines that speaks of the item, the hashes from the block to the root of its file, the `segment`
entry of the ledger that names this root, and the tlog-proof of this entry under the signed checkpoint.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lotproof.ledger import canonical, merkle, note, tiles, tlog_proof
from lotproof.ledger.entry import EntryError, parse_entry
from lotproof.ledger.handover import Keyring
from lotproof.ledger.nodes import Nodes
from lotproof.packs.verify.entries import LEDGER
from lotproof.packs.verify.parts import Parts
from lotproof.packs.verify.report import UNDETERMINED, Problem, Report, Step
from lotproof.packs.verify.signatures import judge
from lotproof.packs.verify.source import Unreadable

FORMAT = "lotproof.org/serial-proof/v1"
"""Names the shape of a proof."""

FOLDER = "data/observations/"
"""Where bulk files lie."""

MEMBER_LIMIT = 16 << 20
"""Largest block, in bytes, that is unpacked; 256 lines have some 40 kB."""


@dataclass(frozen=True)
class Shown:
    """Outcome of the verification of a proof."""

    report: Report
    """Verdict, problems and exit code."""
    rows: tuple[dict[str, Any], ...] = ()
    """What the sources say of the item, a row each; only rows that are proved."""
    items: tuple[str, ...] = ()
    """The item that the proof is about, as rows with and without GTIN spell it: compare it with the one that you asked for."""


def item_key(text: str) -> str:
    """Give the key of an item from its bracketed text, as the rows spell it: 128 bits of SHA-256 as a UUID."""
    digits = hashlib.sha256(text.encode()).hexdigest()[:32]
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def texts_of(parts: Parts, gtin: str | None, serial: str | None, sscc: str | None) -> list[str]:
    """Give the bracketed texts under which rows may speak of an item: rows that state no GTIN too, and for a serial alone, every
    GTIN that the segment entries of the pack name."""
    if sscc or not serial:
        return [f"(00){sscc}" if sscc else f"(01){gtin}"]
    known = {gtin} if gtin else {name for index in {*_segments(parts).values()} for name in _gtins(parts, index)}
    return [*(f"(01){name}(21){serial}" for name in sorted(known)), f"(21){serial}"]


def _gtins(parts: Parts, index: int) -> list[str]:
    body = parse_entry(note.decode64(str(_entry(parts, index)["entry"]))).body
    listed = body.get("gtins") if isinstance(body, dict) else None
    return [name for name in listed if isinstance(name, str)] if isinstance(listed, list) else []


def prove_serial(parts: Parts, texts: Sequence[str]) -> dict[str, canonical.Json]:
    """Give the proof of every block that speaks of an item with one of these bracketed texts; `files` is empty where none does.

    Raises Unreadable where a file that is needed is missing or is not what the ledger says.
    """
    listed = _segments(parts)
    files: list[canonical.Json] = []
    for path in parts.names(FOLDER, ".index"):
        stem = path.removesuffix(".index")
        blocks = list(_blocks(parts, stem, [item_key(text) for text in texts]))
        if blocks:
            index = listed.get(f"{stem.removeprefix('data/')}.ndjson.gz")
            if index is None:
                raise Unreadable(Problem("missing-file", path, f"data/segments.json names no ledger entry for {stem}.ndjson.gz."))
            files.append({"path": f"{stem}.ndjson.gz", **_entry(parts, index), "blocks": [*blocks]})
    return {"format": FORMAT, "items": [*texts], "files": files}


def _segments(parts: Parts) -> dict[str, int]:
    document = canonical.loads(parts.part("data/segments.json"))
    listed = document.get("segments") if isinstance(document, dict) else None
    return {path: index for path, index in (listed or {}).items() if type(index) is int} if isinstance(listed, dict) else {}


def _blocks(parts: Parts, stem: str, keys: Sequence[str]) -> Iterator[dict[str, canonical.Json]]:
    bounds = [line.split(" ") for line in parts.part(f"{stem}.index").decode("ascii").splitlines()]
    wanted = [key.replace("-", "")[:15] for key in keys]
    leaves: list[bytes] = []
    for number, (start, low, high) in enumerate(bounds):
        if not any(low <= key <= high for key in wanted):
            continue
        end = int(bounds[number + 1][0]) if number + 1 < len(bounds) else None
        content = unpacked(parts.part(f"{stem}.ndjson.gz", int(start), end))
        lines = [at for at, row in enumerate(content.splitlines()) if json.loads(row).get("item") in keys]
        if lines:
            leaves = leaves or [bytes.fromhex(line) for line in parts.part(f"{stem}.blocks").decode("ascii").split()]
            path = merkle.inclusion_proof(leaves, number)
            yield {"number": number, "lines": [*lines], "content": note.encode64(content), "path": [note.encode64(node) for node in path]}


def unpacked(member: bytes) -> bytes:
    """Give the content of one gzip member; raises Unreadable where it is none."""
    try:
        unpacker = zlib.decompressobj(31)
        content = unpacker.decompress(member, MEMBER_LIMIT)
        if unpacker.eof and not unpacker.unused_data:
            return content
    except zlib.error:
        pass
    raise Unreadable(Problem("block-differs", FOLDER, "A block of a bulk file is no whole gzip member: the index leads astray."))


def _entry(parts: Parts, index: int) -> dict[str, canonical.Json]:
    checkpoint = parts.part(f"{LEDGER}checkpoint")
    head = note.parse_checkpoint(note.parse(checkpoint).text)
    bundle, place = divmod(index, tiles.WIDTH)
    path = tiles.entries_path(bundle, min(tiles.WIDTH, head.size - bundle * tiles.WIDTH))
    entry = tiles.parse_bundle(parts.part(LEDGER + path))[place]
    nodes = Nodes(head.size, lambda name: parts.part(LEDGER + name))
    return {"entry": note.encode64(entry), "proof": tlog_proof.make_proof(index, nodes.inclusion(index), checkpoint).decode()}


def check_serial(data: bytes, keys: Sequence[note.VerifierKey]) -> Shown:
    """Verify a proof by the log keys that the reader brought along; never raises for a bad proof."""
    try:
        document = canonical.loads(data)
        if not isinstance(document, dict) or document.get("format") != FORMAT:
            return _unusable("This is not the proof of a serial; make one with lotproof pack prove.")
        return _checked(document, keys)
    except canonical.CanonicalError as error:
        return _unusable(f"The proof cannot be read: {error}")
    except (note.NoteError, EntryError, LookupError, TypeError, AttributeError, ValueError, RecursionError) as error:
        return Shown(_report([Problem("bad-proof", None, f"The proof is malformed: {error}")]))


def _unusable(sentence: str) -> Shown:
    return Shown(Report(None, (Step("open", (Problem("not-a-proof", None, sentence, UNDETERMINED),)),), unusable=True))


def _report(problems: Sequence[Problem]) -> Report:
    return Report(None, (Step("proof", tuple(problems)),))


def _checked(document: dict[str, Any], keys: Sequence[note.VerifierKey]) -> Shown:
    wanted = {item_key(text) for text in document["items"]}
    problems: dict[str, Problem] = {}
    rows: list[dict[str, Any]] = []
    for file in document["files"]:
        proof, entry = tlog_proof.parse_proof(file["proof"].encode()), note.decode64(file["entry"])
        for problem in judge(proof.signed, Keyring(tuple(keys)), proof.head.origin, "the checkpoint of the proof"):
            problems[problem.sentence] = problem
        if not proof.holds(entry):
            problems["entry"] = Problem("bad-proof", proof.index, f"Entry {proof.index} is not in the log of the checkpoint.")
            continue
        for number, good, found in _rows(file, parse_entry(entry).body, wanted):
            rows += found if good else []
            if not good:
                sentence = f"Block {number} of {file['path']} is not in the file that entry {proof.index} of the ledger names."
                problems[sentence] = Problem("block-differs", file["path"], sentence)
    if not rows and not problems:
        problems["none"] = Problem("no-rows", None, "The proof holds no row of the item. That proves nothing about the item.", UNDETERMINED)
    return Shown(_report(list(problems.values())), tuple(rows), tuple(document["items"]))


def _rows(file: dict[str, Any], body: Any, wanted: set[str]) -> Iterator[tuple[int, bool, list[dict[str, Any]]]]:
    root, blocks = note.decode64(body["blocks_root"]), int(body["blocks"])
    for block in file["blocks"]:
        content, path = note.decode64(block["content"]), [note.decode64(node) for node in block["path"]]
        lines = content.splitlines()
        found = [json.loads(lines[at]) for at in block["lines"]]
        good = merkle.verify_inclusion(merkle.leaf_hash(content), block["number"], blocks, path, root)
        yield block["number"], good, [row for row in found if row.get("item") in wanted]

"""Quick and deep verification against plain SHA-256 of the same bytes in the same process."""

from __future__ import annotations

import hashlib
import random
import sys
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

TIME, KEY_NAME, PACK = "2026-10-03T10:00:00Z", "lotproof.example/benchmark", "EP-BENCH"
PARTS, LINES = 8, 400_000
"""Bulk files, and observations in each."""


def make(root: Path) -> str:
    """Make a sealed pack of PARTS * LINES observations with their originals; give the log's vkey."""
    from lotproof.ledger import note
    from lotproof.ledger.entry import StreamChecker, directory_body, leaf_text, make_entry, parse_entry
    from lotproof.ledger.keys import make_key
    from lotproof.ledger.merkle import Tree, leaf_hash
    from lotproof.ledger.tiles import iter_tiles
    from lotproof.packs import bag, seal
    from lotproof.packs.standalone import texts

    for number in range(PARTS):
        _bulk(root / "data", number, random.Random(number))
    key, streams = make_key(KEY_NAME, bytes(32)), StreamChecker()
    entries = [make_entry("record", "runs", 1, None, TIME, "bench", {"type": "run", "results": {"n": PARTS * LINES}})]
    streams.add(parse_entry(entries[0]), leaf_text(entries[0]))
    heads = dict(streams.heads)
    entries.append(make_entry("directory", "directory", 1, None, TIME, "bench", directory_body(heads)))
    tree = Tree.of(leaf_hash(data) for data in entries)
    head = note.Checkpoint(KEY_NAME, tree.size, tree.root())
    files = {f"data/ledger/{path}": data for path, data in iter_tiles(entries)}
    files |= {"data/ledger/checkpoint": note.sign(head.text, [key]), "data/statements.json": b'{"statements":[]}',
              "data/audit/audit.ndjson": b"".join(data + b"\n" for data in entries)}  # fmt: skip
    files |= texts.files(PACK, key.vkey, head.root.hex(), size=head.size, created=TIME)
    for path, data in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)
    digests = bag.write_bag(root, {"External-Identifier": PACK})
    copies = seal.log_key_copy(key)
    statement = seal.build_statement(
        pack=PACK, created=TIME, producer={"name": "bench", "version": "1"}, scope={"streams": []}, checkpoint=head,
        directory_index=1, stream_heads=heads, digests=digests, copies=copies,
    )  # fmt: skip
    seal.write_seal(root, PACK, statement, [key], copies)
    return key.vkey


def _bulk(data: Path, number: int, chance: random.Random) -> None:
    """Write one original (plain text) and its observations in gzip members of 256 lines with their leaf hashes."""
    from lotproof.ledger.merkle import leaf_hash

    (data / "raw").mkdir(parents=True, exist_ok=True)
    (data / "observations").mkdir(parents=True, exist_ok=True)
    stem = data / "observations" / f"{number:016x}-observation"
    with (data / "raw" / f"{number}.csv").open("wb") as raw, stem.with_suffix(".ndjson.gz").open("wb") as bulk, stem.with_suffix(".blocks").open("w") as leaves:
        for start in range(0, LINES, 256):
            lines = [b'{"item":"(01)09506000134352(21)%016x","step":"commissioned","at":"2026-03-09 10:00:00"}\n' % chance.getrandbits(64)
                     for _ in range(min(256, LINES - start))]  # fmt: skip
            block = b"".join(lines)
            packer = zlib.compressobj(1, zlib.DEFLATED, 31)
            raw.write(block)
            bulk.write(packer.compress(block) + packer.flush())
            leaves.write(leaf_hash(block).hex() + "\n")


def measure(root: Path, vkey: str) -> list[dict[str, Any]]:
    """Time SHA-256 alone, quick and deep, the best of three each, one thread."""
    from lotproof.packs.verify import verify_pack

    def hashing() -> None:
        for path in root.rglob("*"):
            if path.is_file():
                with path.open("rb") as stream:
                    hashlib.file_digest(stream, "sha256")

    def quick() -> None:
        assert verify_pack(root, [vkey], workers=1).exit_code == 0

    def deep() -> None:
        found = {problem.code for step in verify_pack(root, [vkey], workers=1, deep=True).steps for problem in step.problems}
        assert not found, found

    base = _best(hashing)
    size = sum(path.stat().st_size for path in root.rglob("*") if path.is_file())
    rows = [{"what": f"SHA-256 of {size / 1e6:,.0f} MB", "seconds": base, "ratio": 1.0}]
    return rows + [{"what": name, "seconds": (took := _best(run)), "ratio": took / base} for name, run in (("quick", quick), ("deep", deep))]


def _best(run: Callable[[], None]) -> float:
    times = []
    for _ in range(3):
        start = time.process_time()
        run()
        times.append(time.process_time() - start)
    return min(times)


def main(folder: Path) -> None:
    """Make a pack in `folder` and print the table."""
    root = folder / PACK
    vkey = make(root)
    print(f"{PARTS * LINES:,} observations")
    for row in measure(root, vkey):
        print(f"{row['what']:<28}{row['seconds']:>8.2f} CPU-s{row['ratio']:>8.2f} x SHA-256", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))

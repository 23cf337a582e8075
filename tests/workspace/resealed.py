"""A changed pack under a new seal by the right key: what a dishonest sender could make."""

from __future__ import annotations

import json
from pathlib import Path

from lotproof.ledger import note
from lotproof.ledger.entry import Head
from lotproof.ledger.keys import load_key
from lotproof.packs import bag, seal


def reseal(pack: Path, home: Path) -> None:
    """Write manifests, statement and signature anew with the key of the workspace ``home``."""
    old = json.loads((pack / "seal" / "statement.json").read_text())["predicate"]
    info = dict(line.split(": ", 1) for line in (pack / "bag-info.txt").read_text().splitlines())
    info.pop("Payload-Oxum")
    digests = bag.write_bag(pack, info)
    checkpoint = note.parse_checkpoint((pack / "data/ledger/checkpoint").read_text().split("\n\n")[0] + "\n")
    directory = json.loads((pack / "data/audit/audit.ndjson").read_text().splitlines()[-1])
    heads = {name: Head(head["seq"], head["leaf"]) for name, head in directory["body"]["heads"].items()}
    key = load_key(home / "keys" / "log.pem", checkpoint.origin)
    copies = seal.log_key_copy(key)
    statement = seal.build_statement(
        pack=old["pack"], created=old["created"], producer=old["producer"], scope=old["scope"], checkpoint=checkpoint,
        directory_index=checkpoint.size - 1, stream_heads=heads, digests=digests, copies=copies,
    )  # fmt: skip
    seal.write_seal(pack, old["pack"], statement, [key], copies)

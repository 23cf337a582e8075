"""Logs that a forger with every key writes: signatures of persons, passkeys, anchors, bulk files. A helper of the tests in this folder."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from authenticator import Authenticator
from sealed_pack import Kit, text
from synthetic_pack import KEY, ORIGIN, TIME, Log, head_of

from lotproof.ledger import canonical, merkle, note, tlog_proof
from lotproof.ledger.entry import directory_body, make_entry, parse_entry
from lotproof.ledger.esign import Act, challenge, complete, esign_body
from lotproof.ledger.nodes import nodes_of
from lotproof.packs.verify.esign import as_printed

CASE, OTHER = "INV-1", "INV-2"
HEAD = Act("Q. Head", "Approved", "Europe/Warsaw", "user-17", "QA Head", ("password", "totp"), "s1", True)
Edit = Callable[[dict[str, Any]], object]


class Forged(Log):
    """A log whose entries state what the test says."""

    def draft(self, kind: str, stream: str, body: Any, time: str = TIME) -> bytes:
        head = self.streams.heads.get(stream)
        return make_entry(kind, stream, head.seq + 1 if head else 1, head.leaf if head else None, time, "user-17", body)

    def close(self) -> None:
        """Append the directory at the time of the last entry."""
        self.put(self.draft("directory", "directory", directory_body(self.streams.heads), parse_entry(self.entries[-1]).time))

    def record(self, stream: str = CASE, content: str = "variance 12") -> int:
        return self.put(self.draft("record", stream, {"type": "quality-record", "content": content}))

    def introduce(self, device: Authenticator) -> int:
        body = {"type": "passkey", "credential": device.credential, "public_key": note.encode64(device.der), "rp_id": device.rp_id, "user_id": device.user}
        return self.put(self.draft("key", "people", body))

    def sign(
        self, index: int, act: Act = HEAD, edit: Edit | None = None, device: Authenticator | None = None, stream: str = CASE,
        assertion: Callable[[bytes], Any] | None = None, time: str = TIME,
    ) -> int:  # fmt: skip
        """Sign entry `index`, the body edited before a passkey signs it; `assertion` makes another than the device's from the draft."""
        body = esign_body(index, self.entries[index], act, TIME)
        if edit:
            edit(body)
        draft = self.draft("esign", stream, body, time)
        if device or assertion:
            draft = complete(draft, assertion(draft) if assertion else device.get(challenge(draft)))  # type: ignore[union-attr]
        return self.put(draft)

    def at(self, offset: int, kind: str = "audit", stream: str = CASE, body: Any = None) -> int:
        """Append an entry that states a time `offset` seconds from now."""
        return self.put(self.draft(kind, stream, body or {"n": 1}, text(datetime.now(UTC) + timedelta(seconds=offset))))

    def checkpoint(self, size: int | None = None) -> bytes:
        return note.sign(head_of(self.entries[:size]).text, [KEY])

    def stamp(self, kit: Kit, size: int | None = None) -> dict[str, Any]:
        """The body of an anchor over the first entries, with a real timestamp."""
        signed = self.checkpoint(size)
        assert kit.sealer.authorities
        return {"type": "rfc3161", "checkpoint": signed.decode(), "tsr": note.encode64(kit.sealer.authorities.stamp(signed))}

    def anchor(self, body: dict[str, Any], offset: int = 0) -> int:
        return self.at(offset, "anchor", "anchors", body)

    def proof(self, index: int) -> bytes:
        """A tlog-proof of an entry under the head of the whole log."""
        nodes = nodes_of(merkle.leaf_hash(data) for data in self.entries)
        return tlog_proof.make_proof(index, nodes.inclusion(index), note.sign(head_of(self.entries).text, [KEY]))


def printed(index: int, record: int, passkey: bool = False) -> bytes:
    """data/signatures.json with one signature."""
    from lotproof.ledger.esign import Signature

    facts = {"printed_name": HEAD.printed_name, "meaning": HEAD.meaning, "time_utc": TIME, "tz": HEAD.tz}
    return canonical.dumps({"signatures": [as_printed(Signature(index, CASE, record, facts, passkey))]})


def bulk(blocks: int = 3, records: int = 600) -> tuple[list[bytes], dict[str, Any]]:
    """Blocks of a bulk file, and the body of its entry."""
    lines = [canonical.dumps({"item": f"(01)09506000134352(21)S{number}"}) + b"\n" for number in range(records)]
    contents = [b"".join(lines[start : start + 256]) for start in range(0, records, 256)]
    assert len(contents) == blocks
    root = merkle.root(map(merkle.leaf_hash, contents))
    return contents, {"type": "bulk", "records": records, "block_lines": 256, "blocks": blocks, "blocks_root": note.encode64(root)}


def bulk_files(contents: list[bytes], index: int, leaves: list[bytes] | None = None) -> dict[str, bytes]:
    """The files of a bulk file; `leaves` are those of other contents where the forger did not think of them."""
    hashes = "".join(merkle.leaf_hash(content).hex() + "\n" for content in leaves or contents)
    path = "observations/abc-rows.ndjson.gz"
    return {
        f"data/{path}": b"".join(member(content) for content in contents),
        "data/observations/abc-rows.blocks": hashes.encode(),
        "data/segments.json": canonical.dumps({"segments": {path: index}}),
    }


def member(content: bytes) -> bytes:
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    return packer.compress(content) + packer.flush()


__all__ = ["CASE", "HEAD", "KEY", "ORIGIN", "OTHER", "Authenticator", "Forged", "bulk", "bulk_files", "printed"]

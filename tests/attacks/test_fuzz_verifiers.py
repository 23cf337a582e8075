"""Whatever is done to a pack, at random: both verifiers give a verdict, the same, for the same reasons; neither crashes."""

from __future__ import annotations

import json
import random
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from doctored_log import Authenticator, Forged, bulk, bulk_files, printed
from hypothesis import given, settings
from hypothesis import strategies as st
from sealed_pack import Kit
from synthetic_pack import KEY, both, canonical, make_pack, places, put, write_seal
from witness_keys import WITNESS, policy

from lotproof.ledger.entry import parse_entry

FAST, SLOW = 25, 1500


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Path:
    """A pack with everything in it that no certificate is needed for."""
    log, device = Forged(), Authenticator()
    contents, body = bulk()
    log.put(log.draft("segment", "segments", body))
    log.introduce(device)
    record = log.record()
    place = log.sign(record, device=device)
    log.draft("record", "runs", {"type": "run", "results": {"lots": 3}})
    run = log.put(log.draft("record", "runs", {"type": "run", "results": {"lots": 3, "clean": True}}))
    log.close()
    pack = make_pack(tmp_path_factory.mktemp("whole") / "p", log, [{"id": "lots", "index": run, "value": 3}])
    (pack / "data/report/report.pdf").unlink()
    files = {**bulk_files(contents, 0), "data/signatures.json": printed(place, record, True), f"data/proofs/{run}.tlog-proof": log.proof(run)}
    for path, data in files.items():
        put(pack, path, data)
    write_seal(pack, log.entries)
    assert both(pack, deep=True)["exit_code"] == 0
    return pack


def every_file(pack: Path) -> list[Path]:
    return sorted(path for path in pack.rglob("*") if path.is_file())


def edited(data: bytes, chance: random.Random, other: bytes) -> bytes:
    """Change bytes, cut off, drop, insert, repeat, or exchange for another file."""
    at, deed = chance.randrange(len(data) + 1), chance.randrange(8)
    if deed < 3 and data:
        at = min(at, len(data) - 1)
        return data[:at] + bytes([chance.choice((chance.randrange(256), data[at] ^ 1 << chance.randrange(8), 0x0A, 0x22))]) + data[at + 1 :]
    made = {3: data[:at], 4: data[at:], 5: data[:at] + data[at + chance.randrange(1, 40) :], 6: data[:at] + chance.randbytes(chance.randrange(1, 40)) + data[at:]}
    return made.get(deed, other if chance.random() < 0.5 else data + data[:at])


HOSTILE: tuple[Any, ...] = (
    None, True, 0, -1, 2**53, 10**400, 1.5, "", "\ud800", "A\u030a", "\x00", [], {}, [[]] * 3, {"a": {"a": {"a": [1]}}}, "x" * 5000, "../up", "data/findings.json",
)  # fmt: skip


def mutated(value: Any, chance: random.Random) -> Any:
    """Exchange one value somewhere in a document, drop or repeat a member, or nest it."""
    if isinstance(value, dict) and value and chance.random() < 0.85:
        name = chance.choice(list(value))
        if chance.random() < 0.1:
            return {key: one for key, one in value.items() if key != name}
        return {**value, name: mutated(value[name], chance)}
    if isinstance(value, list) and value and chance.random() < 0.85:
        place = chance.randrange(len(value))
        return [*value[:place], *([mutated(value[place], chance)] * chance.choice((1, 1, 1, 0, 2))), *value[place + 1 :]]
    hostile = chance.choice(HOSTILE)
    return chance.choice((hostile, hostile, hostile, [value], {"a": value}, _deep(value)))


def _deep(value: Any) -> Any:
    for _ in range(70):
        value = [value]
    return value


def _written(value: Any, chance: random.Random) -> bytes:
    text = json.dumps(value, ensure_ascii=chance.random() < 0.5, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")


def by_bytes(pack: Path, chance: random.Random) -> None:
    """Edit one file, or several; nothing is made anew."""
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        path, other = chance.choice(every_file(pack)), chance.choice(every_file(pack))
        path.write_bytes(edited(path.read_bytes(), chance, other.read_bytes()))
    if chance.random() < 0.1:
        chance.choice(every_file(pack)).unlink()
    if chance.random() < 0.1:
        put(pack, chance.choice(("data/x", "seal/x", "x", "seal/trust/x", "data/ledger/tile/0/001", "seal/redaction.json")), b"x")


def entries_of(pack: Path) -> list[bytes]:
    return (pack / "data/audit/audit.ndjson").read_bytes().splitlines()


def by_bytes_resealed(pack: Path, chance: random.Random) -> None:
    """Edit a file of the payload and make manifests and seal anew: only what is inside can tell."""
    entries = entries_of(pack)
    chosen = [path for path in every_file(pack) if "/data/" in path.as_posix()]
    for path in chance.sample(chosen, chance.choice((1, 1, 2))):
        path.write_bytes(edited(path.read_bytes(), chance, chance.choice(chosen).read_bytes()))
    write_seal(pack, entries)


def by_json(pack: Path, chance: random.Random) -> None:
    """Put something else into a JSON document and make manifests and seal anew."""
    entries = entries_of(pack)
    path = pack / chance.choice(("data/statements.json", "data/segments.json", "data/signatures.json"))
    path.write_bytes(_written(mutated(json.loads(path.read_bytes()), chance), chance))
    write_seal(pack, entries)


def by_statement(pack: Path, chance: random.Random) -> None:
    """Put something else into the statement and sign it anew."""
    from lotproof.packs import seal

    path = pack / "seal/statement.json"
    document = mutated(json.loads(path.read_bytes()), chance)
    path.write_bytes(_written(document, chance))
    name = document["predicate"].get("pack") if isinstance(document, dict) and isinstance(document.get("predicate"), dict) else ""
    if isinstance(name, str) and name.isprintable() and chance.random() < 0.8:
        (pack / "seal/statement.json.note").write_bytes(seal.sign_statement(name, path.read_bytes(), [KEY]))


def by_redaction(pack: Path, chance: random.Random) -> None:
    """Withhold files, rightly or not."""
    from lotproof.ledger import note
    from lotproof.packs.verify.redaction import redaction_text

    path = chance.choice([path for path in every_file(pack) if "/data/" in path.as_posix()])
    name, size = path.relative_to(pack).as_posix(), path.stat().st_size
    path.unlink()
    document: Any = {"by": "x", "reason": "y", "time": "z", "withheld": [{"path": name, "size": size}]}
    data = _written(mutated(document, chance) if chance.random() < 0.7 else document, chance)
    put(pack, "seal/redaction.json", data)
    put(pack, "seal/redaction.json.note", note.sign(redaction_text(pack_id(pack), data), [KEY]))


def pack_id(pack: Path) -> str:
    return str(json.loads((pack / "seal/statement.json").read_bytes())["predicate"]["pack"])


def by_entry(pack: Path, chance: random.Random) -> None:
    """Put something else into an entry and make tiles, manifests and seal anew."""
    from lotproof.ledger import note
    from lotproof.ledger.tiles import iter_tiles

    entries = entries_of(pack)
    place = chance.randrange(len(entries))
    entries[place] = _written(mutated(json.loads(entries[place]), chance), chance)[:60_000]
    if chance.random() < 0.2:
        del entries[chance.randrange(len(entries))]
    from synthetic_pack import head_of

    shutil.rmtree(pack / "data/ledger/tile")
    for path, data in iter_tiles(entries):
        put(pack, f"data/ledger/{path}", data)
    put(pack, "data/ledger/checkpoint", note.sign(head_of(entries).text, [KEY]))
    put(pack, "data/audit/audit.ndjson", b"".join(data + b"\n" for data in entries))
    try:
        parse_entry(entries[-1])
        write_seal(pack, entries)
    except (ValueError, TypeError, LookupError):
        pass  # the last entry is no directory any more; then the old seal lies over the new ledger


DEEDS: dict[str, Callable[[Path, random.Random], None]] = {
    "bytes": by_bytes, "bytes, sealed anew": by_bytes_resealed, "documents, sealed anew": by_json, "the statement": by_statement,
    "a redaction": by_redaction, "an entry, sealed anew": by_entry,
}  # fmt: skip


def copies(source: Path) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield shutil.copytree(source, Path(folder) / "p")


def judged(whole: Path, deed: str, seed: int) -> None:
    """Do something to a copy, and hold the verifiers to one verdict."""
    chance = random.Random(seed)
    for pack in copies(whole):
        DEEDS[deed](pack, chance)
        for trusted in ({"deep": True}, {"policy": policy(WITNESS)}):
            assert both(pack, **trusted)["exit_code"] in (0, 1, 2, 3)


@pytest.mark.parametrize("deed", DEEDS)
@settings(max_examples=FAST, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**32))
def test_random(deed, seed, whole):
    judged(whole, deed, seed)


@pytest.mark.slow
@pytest.mark.parametrize("deed", DEEDS)
@settings(max_examples=SLOW, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_random_long(deed, seed, whole):
    judged(whole, deed, seed)


def _seal_fuzz(kit: Kit, seed: int) -> None:
    """Edit a file of a seal with certificate and timestamps."""
    chance = random.Random(seed)
    for pack in copies(kit.honest):
        path = chance.choice([path for path in every_file(pack) if "/seal/" in path.as_posix()])
        path.write_bytes(edited(path.read_bytes(), chance, chance.choice(every_file(pack / "seal")).read_bytes()))
        # openssl tolerates some spellings of DER that asn1crypto refuses; the timestamp over the signature tells of them
        report = kit.judge(pack, alike=lambda place: False)
        assert report["exit_code"] == report["alone"]["exit_code"], (places(report), places(report["alone"]))


@settings(max_examples=FAST // 2, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**32))
def test_random_edits_of_certificate_and_timestamps(kit, seed):
    _seal_fuzz(kit, seed)


@pytest.mark.slow
@settings(max_examples=SLOW // 2, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_random_edits_of_certificate_and_timestamps_long(kit, seed):
    _seal_fuzz(kit, seed)


def test_json_that_nests_too_deep_or_counts_too_far_is_refused_by_both(whole, tmp_path):
    entries = entries_of(whole)
    for number, data in enumerate((b"[" * 200_000, b'{"statements":[' + b"9" * 5000 + b"]}", b'{"statements":[1e999]}', canonical.dumps({"statements": [7]}))):
        pack = shutil.copytree(whole, tmp_path / str(number))
        put(pack, "data/statements.json", data)
        write_seal(pack, entries)
        assert both(pack)["exit_code"] == 1

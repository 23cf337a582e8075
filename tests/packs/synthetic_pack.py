"""A small evidence pack made in a moment, and the two verifiers run side by side. A helper of the tests in this folder."""

from __future__ import annotations

import importlib.util
import os
import shutil
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lotproof.ledger import canonical, merkle, note
from lotproof.ledger.entry import Head, StreamChecker, directory_body, leaf_text, make_entry, parse_entry
from lotproof.ledger.keys import LogKey, make_key
from lotproof.ledger.tiles import iter_tiles
from lotproof.packs import bag, seal
from lotproof.packs.standalone import texts
from lotproof.packs.verify import verify_pack

PACK = "EP-2026-0042"
ORIGIN = "lotproof.example/evidence/site-a"
KEY = make_key(ORIGIN, bytes(range(32)))
STRANGER = make_key("elsewhere.example/log", bytes(32))
THIEF = make_key(ORIGIN, bytes([7]) * 32)
TIME = "2026-10-03T10:00:00Z"
NOW = "2026-11-22T10:00:00Z"
PROGRAM = Path(texts.__file__).with_name("verify.py")


def shared() -> Path:
    """Give the folder of shared vectors; it may be absent."""
    return Path(os.environ.get("LOTPROOF_SHARED", Path(__file__).resolve().parents[3] / "shared"))


def load_standalone() -> Any:
    """Import the verifier that travels, by its path."""
    spec = importlib.util.spec_from_file_location("travelling_verify", PROGRAM)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


STANDALONE = load_standalone()


@dataclass
class Log:
    """Entries that are being written."""

    entries: list[bytes] = field(default_factory=list)
    streams: StreamChecker = field(default_factory=StreamChecker)

    def add(self, kind: str, stream: str, body: Any) -> int:
        """Append an entry; give its index."""
        head = self.streams.heads.get(stream)
        data = make_entry(kind, stream, head.seq + 1 if head else 1, head.leaf if head else None, TIME, "user-17", body)
        return self.put(data)

    def put(self, data: bytes) -> int:
        """Append the bytes of an entry as they are; give the index."""
        assert self.streams.add(parse_entry(data), leaf_text(data)) is not None
        self.entries.append(data)
        return len(self.entries) - 1

    def close(self) -> None:
        """Append the directory."""
        self.add("directory", "directory", directory_body(self.streams.heads))


def sign_body(log: Log, index: int) -> dict[str, Any]:
    """Give the body of an electronic signature of entry `index`."""
    return {
        "signs": {"index": index, "leaf": leaf_text(log.entries[index]), "sha256_of_rendering": "ab" * 32},
        "manifestation": {"printed_name": "Q. Head", "meaning": "Approved", "time_utc": TIME, "tz": "Europe/Warsaw"},
        "signer": {"user_id": "user-17", "role": "QA Head"},
        "auth": {"components": ["password", "totp"], "session": "s1", "first_in_session": True},
    }


RESULTS: dict[str, Any] = {"lots": 3, "missing": 12, "variance": "0.25", "clean": True}


def sample_log(rounds: int = 2) -> Log:
    """Give a log with two investigations, signatures and a run; `rounds` audit entries for each."""
    log = Log()
    for case in ("INV-2026-0001", "INV-2026-0002"):
        log.add("record", case, {"title": f"Lot B7-2231 does not add up: {case}", "note": "Żółć, 10 µm"})
        for number in range(rounds):
            log.add("audit", case, {"what": "status", "old": str(number), "new": str(number + 1), "why": "next step"})
        log.add("esign", case, sign_body(log, len(log.entries) - 1))
    log.add("file", "sources", {"path": "data/raw/site/events.xml", "size": 4000})
    log.add("record", "runs", {"type": "run", "results": RESULTS})
    log.add("record", "runs", {"type": "run", "results": {**RESULTS, "missing": 0}})
    log.close()
    return log


def run_index(log: Log) -> int:
    """Give the index of the first run."""
    return next(i for i, data in enumerate(log.entries) if b'"type":"run"' in data)


def sample_statements(log: Log) -> list[dict[str, Any]]:
    """Give the statements of the report over the first run."""
    index = run_index(log)
    return [
        {"id": name, "text": f"{name} is {value}", "value": value, "list": f"data/lists/{name}.csv", "index": index}
        for name, value in RESULTS.items()
    ]


def write_payload(root: Path, entries: Sequence[bytes], statements: Any, keys: Sequence[LogKey] = (KEY,)) -> None:
    """Write everything below data/."""
    files = {
        "data/raw/site/events.xml": b"<event/>\n" * 400,
        "data/raw/site/50%25 done.csv": b"serial\n1\n",
        "data/report/report.pdf": b"%PDF-1.7\n" + bytes(range(256)) * 4,
        "data/findings.json": b"[]\n",
        "data/statements.json": canonical.dumps({"statements": statements}),
        "data/audit/audit.ndjson": b"".join(data + b"\n" for data in entries),
        "data/ledger/checkpoint": note.sign(head_of(entries).text, keys),
        **{f"data/ledger/{path}": data for path, data in iter_tiles(entries)},
    }
    for path, data in files.items():
        put(root, path, data)


def head_of(entries: Iterable[bytes]) -> note.Checkpoint:
    """Give the head of a log."""
    tree = merkle.Tree.of(merkle.leaf_hash(data) for data in entries)
    return note.Checkpoint(ORIGIN, tree.size, tree.root())


def put(root: Path, path: str, data: bytes) -> None:
    """Write one file with its folders."""
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_bytes(data)


def write_seal(root: Path, entries: Sequence[bytes], key: LogKey = KEY, **changes: Any) -> None:
    """Make the bag and seal it, as an honest builder does or as a thief of the key would."""
    head = head_of(entries)
    for path, data in texts.files(PACK, key.vkey, head.root.hex(), size=head.size, created=TIME).items():
        put(root, path, data)
    digests = bag.write_bag(root, {"External-Identifier": PACK, "Bagging-Date": "2026-10-03"})
    last = canonical.loads(entries[-1])
    heads: dict[str, Head] = {}
    if isinstance(last, dict) and last["kind"] == "directory":
        heads = {name: Head(**head) for name, head in last["body"]["heads"].items()}  # type: ignore[index,call-overload,union-attr,arg-type]
    values: dict[str, Any] = {
        "pack": PACK,
        "created": TIME,
        "producer": {"name": "lotproof", "version": "0.1.0"},
        "scope": {"product": "Example 10 mg", "lots": ["B7-2231"], "streams": sorted(heads)},
        "checkpoint": head,
        "directory_index": head.size - 1,
        "stream_heads": heads,
        "digests": digests,
        "copies": seal.log_key_copy(key),
        **changes,
    }
    seal.write_seal(root, PACK, seal.build_statement(**values), [key], values["copies"])


def make_pack(root: Path, log: Log | None = None, statements: Any = None, key: LogKey = KEY) -> Path:
    """Make a whole pack at `root`."""
    log = log or sample_log()
    write_payload(root, log.entries, sample_statements(log) if statements is None else statements, [key])
    write_seal(root, log.entries, key)
    return root


def zip_pack(root: Path, target: Path, method: int = zipfile.ZIP_DEFLATED) -> Path:
    """Put a pack into a zip with one top folder."""
    with zipfile.ZipFile(target, "w", method) as archive:
        for path in sorted(root.rglob("*")):
            if path.is_file():
                archive.write(path, f"{PACK}/{path.relative_to(root).as_posix()}")
    return target


def clone(root: Path, target: Path) -> Path:
    """Copy a pack to change it."""
    shutil.copytree(root, target, symlinks=True)
    return target


Outcome = dict[str, Any]
Place = tuple[str, Any, str]


def both(
    path: Path, keys: Sequence[str] = (KEY.vkey,), *, allow_unsealed: bool = False, ca: Path | None = None, at: str = NOW,
    policy: str | None = None, deep: bool = False, alike: Callable[[Place], bool] | None = None,
) -> Outcome:  # fmt: skip
    """Run both verifiers, hold them to the same verdict for the same reasons; give the report of `lotproof verify`, `alone` in it the other's.

    `alike` says which problems they must have in common where one of them looks at more than the other.
    """
    trusted: Any = {"allow_unsealed": allow_unsealed, "at": at, "policy": policy, "deep": deep}
    report = verify_pack(path, keys, ca=ca.read_bytes() if ca else None, **trusted).to_json()
    alone = STANDALONE.verify(str(path), list(keys), ca=str(ca) if ca else None, **trusted)
    for name in ("format", "pack", "verdict", "exit_code")[: 2 if alike else 4]:
        assert report[name] == alone[name], (name, places(report), places(alone))
    here, there = ({place for place in places(told) if alike is None or alike(place)} for told in (report, alone))
    assert here == there, (here - there, there - here)
    report["alone"] = alone
    return report


def places(report: Outcome) -> set[Place]:
    """Give code, place and status of all problems."""
    return {(problem["code"], problem["where"], problem["status"]) for step in report["steps"] for problem in step["problems"]}


def codes(report: Outcome) -> set[str]:
    """Give the codes of all problems."""
    return {problem["code"] for step in report["steps"] for problem in step["problems"]}


def sentences(report: Outcome) -> list[str]:
    """Give the sentences of all problems."""
    return [problem["sentence"] for step in report["steps"] for problem in step["problems"]]


def change(path: Path, edit: Callable[[bytes], bytes]) -> None:
    """Rewrite one file."""
    before = path.read_bytes()
    after = edit(before)
    assert after != before
    path.write_bytes(after)

#!/usr/bin/env python3
"""Verifies a Lotproof evidence pack with nothing but the Python standard library (3.8 or later).

    python3 verify.py [PACK] [--key VKEY_OR_FILE]... [--json] [--allow-unsealed]

PACK is a folder or a zip; without it, the pack that this file lies in. The key has to reach you by another way than
the pack. Exit code: 0 all holds, 1 something was changed, is missing or wrongly signed, 2 not a pack or not readable,
3 intact as far as can be told, but trust is incomplete. SPEC.md beside this file says what is checked and lists the
codes. This program shares no code with the program that makes packs.
"""

# ruff: noqa: PTH100, PTH112, PTH118, PTH120, PTH113, PTH123
from __future__ import annotations

import argparse
import base64
import contextlib
import copy
import hashlib
import json
import os
import re
import stat
import sys
import unicodedata
import zipfile
import zlib
from datetime import datetime
from typing import Any, Iterable, Iterator  # noqa: UP035  (Python 3.8)

CHUNK, LIMIT, ALGORITHMS = 1 << 20, 64 << 20, ("sha256", "sha512")
MARKERS = ("bagit.txt", "seal/statement.json", "tagmanifest-sha256.txt")
STATEMENT, NOTE, TRUST = "seal/statement.json", "seal/statement.json.note", "seal/trust/log.vkey"
CHECKPOINT, LOG = "data/ledger/checkpoint", "data/ledger/"
STATEMENTS, AUDIT = "data/statements.json", "data/audit/audit.ndjson"
KIND, HEADER = "https://lotproof.org/evidence-pack/v", "lotproof.org/evidence-pack/v1"
OPEN = "undetermined"


class Bad(Exception):
    """Something that stops one check: a code, a place, a sentence."""


class Step:
    """One step with what it found."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.notes: list[str] = []
        self.problems: list[dict[str, Any]] = []

    def need(self, good: Any, code: str, where: Any, sentence: str, status: str = "failed") -> None:
        """Take down a problem unless `good`; one for each code and place."""
        if not good and not any(p["code"] == code and p["where"] == where for p in self.problems):
            self.problems.append({"code": code, "status": status, "where": where, "sentence": sentence})

    @contextlib.contextmanager
    def catch(self, code: str = "", where: Any = None) -> Iterator[None]:
        """Take down a Bad, and a ValueError under `code`; the checks after the block go on."""
        try:
            yield
        except Bad as error:
            self.need(False, *error.args)
        except ValueError as error:
            self.need(False, code, where, f"{where} cannot be read: {error}.")

    def status(self) -> str:
        found = {problem["status"] for problem in self.problems}
        return "failed" if "failed" in found else OPEN if found else "passed"


# --- Ed25519 (RFC 8032 section 5.1), verification only

P, ORDER = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def add_points(a: tuple[int, ...], b: tuple[int, ...]) -> tuple[int, ...]:
    e, f = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    g, h = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = f - e, h - g, h + g, f + e
    return e * f % P, g * h % P, f * g % P, e * h % P


def multiply(scalar: int, point: tuple[int, ...]) -> tuple[int, ...]:
    found: tuple[int, ...] = (0, 1, 1, 0)
    while scalar:
        found = add_points(found, point) if scalar & 1 else found
        point, scalar = add_points(point, point), scalar >> 1
    return found


def decode_point(data: bytes) -> tuple[int, ...]:
    """Read a point; raises ValueError when the bytes are none."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if x * x % P == square else x * pow(2, (P - 1) // 4, P) % P
    if y >= P or x * x % P != square or (x == 0 and sign) or len(data) != 32:
        raise ValueError("this is no point of the curve")
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


def ed25519_verify(public: bytes, message: bytes, signature: bytes) -> bool:
    """Compare S*B - k*A with the bytes of R, the stricter of the two ways that RFC 8032 section 5.1.7 allows."""
    base, s = decode_point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little")), int.from_bytes(signature[32:], "little")
    try:
        key = decode_point(public)
    except ValueError:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    x, y, z, _ = add_points(multiply(s % ORDER, base), multiply(k, (P - key[0], key[1], 1, P - key[3])))
    x, y = x * pow(z, P - 2, P) % P, y * pow(z, P - 2, P) % P
    return len(signature) == 64 and s < ORDER and (y | (x & 1) << 255).to_bytes(32, "little") == signature[:32]


# --- text forms


def read_base64(text: Any) -> bytes:
    """Read base64 in its one proper spelling; raises ValueError."""
    data = base64.b64decode(text.encode("ascii"), validate=True) if isinstance(text, str) else b""
    if base64.b64encode(data).decode() != text:
        raise ValueError("this is not standard base64")
    return data


def read_json(data: bytes) -> Any:
    """Read JSON that keeps to the profile of SPEC.md; raises ValueError."""

    def refuse(text: str) -> Any:
        raise ValueError(f"{text[:40]} is no integer up to 2^53 - 1")

    def integer(text: str) -> Any:
        return int(text) if len(text) <= 17 and abs(int(text)) < 2**53 else refuse(text)

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(dict(pairs)) < len(pairs) or any(ord(char) > 127 for name, _ in pairs for char in name):
            raise ValueError("a member is named twice or not in ASCII")
        return dict(pairs)

    def check(value: Any, level: int) -> None:
        if level > 64 or (isinstance(value, str) and unicodedata.normalize("NFC", value).encode() != value.encode()):
            raise ValueError("it is nested too deeply or has a string that is not in Unicode NFC")
        for member in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            check(member, level + 1)

    hooks: dict[str, Any] = {"parse_float": refuse, "parse_int": integer, "parse_constant": refuse}
    try:
        value = json.loads(data.decode("utf-8"), object_pairs_hook=members, **hooks)
        check(value, 0)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    return value


def same(one: Any, other: Any) -> bool:
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def inside(value: Any, *names: str) -> Any:
    """Follow member names; None when one is absent."""
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def read_key(line: str) -> tuple[str, bytes, bytes, str]:
    """Read a vkey line as (name, key id, public key, line); raises ValueError."""
    name, key_id, text = ([*line.strip().split("+", 2), "", ""])[:3]
    raw = read_base64(text)
    if not re.fullmatch(r"[^\s+\x00-\x1f\x7f]+", name) or len(raw) != 33 or raw[0] != 1:
        raise ValueError(f"{line[:80]!r} is not an Ed25519 vkey")
    if hashlib.sha256(name.encode() + b"\n" + raw).hexdigest()[:8] != key_id:
        raise ValueError(f"the id in the key {name} does not match its bytes")
    return name, bytes.fromhex(key_id), raw[1:], line.strip()


def read_note(data: bytes) -> tuple[str, list[tuple[str, bytes, bytes]]]:
    """Read a signed note as its text and (name, key id, signature) lines; raises ValueError."""
    head, gap, tail = data.decode("utf-8").rpartition("\n\n")
    lines, found = tail.split("\n"), []
    if not gap or lines.pop() or len(lines) > 100 or re.search(r"[\x00-\x09\x0b-\x1f]", head):
        raise ValueError("it is no signed note")
    for line in lines:
        match = re.fullmatch(r"— ([^\s+\x00-\x1f\x7f]+) (\S+)", line)
        raw = read_base64(match.group(2)) if match else b""
        if match is None or len(raw) < 5:
            raise ValueError("a signature line is malformed")
        found.append((match.group(1), raw[:4], raw[4:]))
    return head + "\n", found


def read_head(text: str) -> dict[str, Any]:
    """Read the text of a checkpoint; raises ValueError."""
    origin, size, root, *rest = text.split("\n") + [""] * 2
    if rest[-3:] != ["", "", ""] or not all([origin, *rest[:-3]]) or not re.fullmatch("0|[1-9][0-9]{0,18}", size):
        raise ValueError("it does not hold origin, size and root of a log")
    if len(read_base64(root)) != 32:
        raise ValueError("its root is no SHA-256")
    return {"origin": origin, "size": int(size), "root": root}


def judge(step: Step, where: str, note: Any, keys: list[Any], origin: Any) -> bool:
    """Take down what the signatures are worth by the keys given; say whether the log itself signed."""
    sentence = f"{where}: no key was given, so who made the pack is open; get the key by another way than the pack."
    step.need(keys, "no-key", where, sentence, OPEN)
    names = {line[0] for line in note[1]} | {origin}
    good: set[Any] = set()
    wrong: set[Any] = set()
    for name, key_id, signature in note[1]:
        for key in [key for key in keys if key[:2] == (name, key_id)]:
            (good if ed25519_verify(key[2], note[0].encode(), signature) else wrong).add(key)
    signed, missing = {key[0] for key in good | wrong}, False
    for key in keys:
        step.need(key not in wrong, "bad-signature", where, f"The signature by {key[0]} in {where} does not hold.")
        absent = key[0] in names and key[0] not in signed
        step.need(not absent, "not-signed", where, f"{where} is not signed by the key given for {key[0]}.")
        missing = missing or absent
    trusted = any(key[0] == origin for key in good - wrong)
    unclear = keys and not (trusted or wrong or missing)
    step.need(not unclear, "unknown-key", where, f"{where} is signed by keys that were not given.", OPEN)
    return trusted


# --- 1 open


def unsafe(name: str) -> bool:
    odd = re.match(r"/|[A-Za-z]:", name) or re.search(r"[\\\x00\ud800-\udfff]", name)
    return bool(odd) or any(part in ("", ".", "..") for part in name.split("/"))


class Pack:
    """The plain files of a pack: path to size, and their content in pieces."""

    def __init__(self, path: str, step: Step) -> None:
        self.path, self.step = path, step
        self.zipped: dict[str, zipfile.ZipInfo] = {}
        if os.path.isdir(path):
            found = dict(self.walk(path, ""))
            self.sizes = {name: found[name] for name in self.screen(found)}
        else:
            try:
                self.archive = zipfile.ZipFile(path)
            except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
                raise Bad(f"{path} is neither a folder nor a zip that can be read ({error}).") from None
            self.sizes = self.directory(self.archive.infolist())
        if not any(marker in self.sizes for marker in MARKERS):
            raise Bad(f"{path} is not an evidence pack: it has none of {', '.join(MARKERS)}.")

    def walk(self, folder: str, prefix: str) -> Iterator[tuple[str, int]]:
        for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
            if entry.is_dir(follow_symlinks=False):
                yield from self.walk(entry.path, prefix + entry.name + "/")
            elif entry.is_file(follow_symlinks=False):
                yield prefix + entry.name, entry.stat(follow_symlinks=False).st_size
            else:
                self.refuse(prefix + entry.name, "symlink" if entry.is_symlink() else "special-file")

    def refuse(self, name: str, code: str) -> None:
        text = name.encode("utf-8", "backslashreplace").decode()
        self.step.need(False, code, text, f"{text!r} is not allowed in a pack ({code}).")

    def screen(self, names: Iterable[str]) -> list[str]:
        """Report unsafe and ambiguous names; give those that may be opened."""
        safe: dict[str, str] = {}
        folded: dict[str, str] = {}
        for name in names:
            parts = name.split("/")
            if name in safe or unsafe(name):
                self.refuse(name, "name-duplicate" if name in safe else "name-unsafe")
                continue
            safe[name] = name
            if unicodedata.normalize("NFC", name) != name:
                self.refuse(name, "name-nfc")
            for prefix in ("/".join(parts[: count + 1]) for count in range(len(parts))):
                if folded.setdefault(unicodedata.normalize("NFC", prefix).casefold(), prefix) != prefix:
                    self.refuse(name, "name-case")
        return list(safe)

    def directory(self, infos: list[zipfile.ZipInfo]) -> dict[str, int]:
        """Read the directory of a zip; nothing is unpacked to disk."""
        for info in [info for info in infos if info.orig_filename.endswith("/")]:
            self.screen([info.orig_filename[:-1]])
        infos, end = [info for info in infos if not info.orig_filename.endswith("/")], 0
        safe = dict.fromkeys(self.screen(info.orig_filename for info in infos))
        members: dict[str, zipfile.ZipInfo] = {}
        for info in sorted(infos, key=lambda info: info.header_offset):
            name, kind = info.orig_filename, stat.S_IFMT(info.external_attr >> 16)
            if kind not in (0, stat.S_IFREG):
                self.refuse(name, "symlink" if kind == stat.S_IFLNK else "special-file")
            elif name in safe:
                members.setdefault(name, info)
            if info.header_offset < end:
                self.refuse(name, "zip-overlap")
            end = info.header_offset + 30 + len(name) + info.compress_size
        tops = ["", *sorted({name.split("/")[0] + "/" for name in members if "/" in name})]
        top = next((top for top in tops if any(top + marker in members for marker in MARKERS)), "")
        for name in [name for name in members if not name.startswith(top)]:
            self.refuse(name, "zip-outside")
        self.zipped = {name[len(top) :]: info for name, info in members.items() if name.startswith(top)}
        return {name: info.file_size for name, info in self.zipped.items()}

    def chunks(self, path: str) -> Iterator[bytes]:
        """Give the content of a file in pieces; raises Bad when it is missing, damaged or not as declared."""
        if path not in self.sizes:
            raise Bad("missing-file", path, f"{path} is missing.")
        if not self.zipped:
            with open(os.path.join(self.path, path), "rb") as stream:
                yield from iter(lambda: stream.read(CHUNK), b"")
            return
        info, left = copy.copy(self.zipped[path]), self.sizes[path]
        info.file_size += 1  # zipfile stops at the declared size; one byte more is enough to see a longer content
        if hasattr(info, "_end_offset"):
            info._end_offset = None  # newer versions of zipfile judge overlaps here as well; they were, when opened
        try:
            if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise zipfile.BadZipFile("an unknown compression")
            with self.archive.open(info) as member:
                for piece in iter(lambda: member.read(CHUNK), b""):
                    left -= len(piece)
                    yield piece
            if left:
                raise zipfile.BadZipFile("another length than declared")
        except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, ValueError) as error:
            raise Bad("zip-member", path, f"{path} is damaged or not as the zip declares it ({error}).") from None

    def read(self, path: str) -> bytes:
        if self.sizes.get(path, 0) > LIMIT:
            raise Bad("too-large", path, f"{path} has more than {LIMIT} bytes and was not read.")
        return b"".join(self.chunks(path))


# --- 2 seal


def check_seal(step: Step, pack: Pack, keys: list[Any], allow_unsealed: bool) -> dict[str, Any]:
    """Check statement and signature; give what the statement says, empty when there is none."""
    for path in [path for path in pack.sizes if path.startswith("seal/") and path not in (STATEMENT, NOTE, TRUST)]:
        later = re.match(r"seal/(trust/|renewals/|.*\.(p7s|tsr)$)", path)
        step.need(later, "seal-file", path, f"{path} does not belong into the seal; no signature covers it.")
        step.notes += [f"{path} is not checked by this program."] if later else []
    missing = [path for path in (STATEMENT, NOTE) if path not in pack.sizes]
    sentence = f"{missing} missing: the pack is not sealed, so nothing vouches for it."
    step.need(not missing, "missing-seal", (missing or [""])[0], sentence, OPEN if allow_unsealed else "failed")
    said: dict[str, Any] = {}
    data = b""
    if STATEMENT in pack.sizes:
        with step.catch("bad-statement", STATEMENT):
            data = pack.read(STATEMENT)
            said = read_statement(read_json(data))
            step.need(not said["newer"], "newer-format", STATEMENT, "The format is newer than this program.", OPEN)
    if NOTE in pack.sizes:
        with step.catch("bad-note", NOTE):
            note, text = read_note(pack.read(NOTE)), f"{HEADER}\n{said.get('pack')}\n{hashlib.sha256(data).hexdigest()}\n"
            step.need(note[0] == text, "note-differs", NOTE, f"{NOTE} was made for another statement.")
            if judge(step, NOTE, note, keys, said.get("origin")) and TRUST in pack.sizes:
                copies = [key[3].encode() + b"\n" for key in keys if key[0] == said.get("origin")]
                step.need(pack.read(TRUST) in copies, "trust-copy", TRUST, f"{TRUST} is not the key that was given.")
    return said


def read_statement(document: Any) -> dict[str, Any]:
    """Take from the statement what the steps need; raises ValueError when it is none or lacks something."""
    kind, log = inside(document, "predicateType"), inside(document, "predicate", "ledger")
    if inside(document, "_type") != "https://in-toto.io/Statement/v1":
        raise ValueError("it is no in-toto Statement v1")
    if not isinstance(kind, str) or not re.fullmatch(re.escape(KIND) + "[1-9][0-9]*", kind):
        raise ValueError("it is not about an evidence pack")
    predicate, (origin, size, root) = document.get("predicate"), (inside(log, name) for name in ("origin", "size", "root"))
    if not isinstance(inside(predicate, "pack"), str) or not predicate["pack"]:
        raise ValueError("it has no pack id")
    if type(size) is not int or not isinstance(origin, str) or not isinstance(root, str) or "\n" in origin + root:
        raise ValueError("it does not name origin, size and root of the ledger")
    said = dict(read_head(f"{origin}\n{size}\n{root}\n"), pack=predicate["pack"], predicate=predicate)
    return dict(said, subject=document.get("subject"), newer=kind != KIND + "1")


# --- 3 fixity


def check_fixity(step: Step, pack: Pack, said: dict[str, Any]) -> None:
    """Statement -> tag manifests -> tag files and manifests -> payload; nothing missing, nothing unlisted."""
    digests: dict[str, dict[str, str]] = {}
    for path in pack.sizes:
        with step.catch():
            hashes = {name: hashlib.new(name) for name in ALGORITHMS}
            for chunk in pack.chunks(path):
                for running in hashes.values():
                    running.update(chunk)
            digests[path] = {name: running.hexdigest() for name, running in hashes.items()}
    tops = [f"tagmanifest-{name}.txt" for name in ALGORITHMS]
    for path in ["bagit.txt", "bag-info.txt", "README.txt", *tops, *(f"manifest-{name}.txt" for name in ALGORITHMS)]:
        step.need(path in pack.sizes, "missing-file", path, f"{path} is missing.")
    payload = {path for path in pack.sizes if path.startswith("data/")}
    tags = {path for path in pack.sizes if not path.startswith(("data/", "seal/"))} - {*tops}
    for name in ALGORITHMS:
        compare(step, pack, f"tagmanifest-{name}.txt", name, tags, digests)
        compare(step, pack, f"manifest-{name}.txt", name, payload, digests)
    items = inside(said, "subject") if isinstance(inside(said, "subject"), list) else []
    named = sorted(str(inside(item, "name")) for item in items)
    step.need(not said or named == sorted(tops), "subject", STATEMENT, "The tag manifests are not each named once.")
    for name, digest in [(str(inside(item, "name")), inside(item, "digest")) for item in items]:
        given = all(isinstance(inside(digest, algorithm), str) for algorithm in ALGORITHMS)
        step.need(given or name not in tops, "subject", STATEMENT, f"{STATEMENT} lacks a digest of {name}.")
        wrong = given and name in tops and any(digests.get(name, digest)[a] != digest[a] for a in ALGORITHMS)
        step.need(not wrong, "digest", name, f"{name} is not the file that was sealed.")
    check_tags(step, pack, said, f"{sum(pack.sizes[path] for path in payload)}.{len(payload)}")


def check_tags(step: Step, pack: Pack, said: dict[str, Any], oxum: str) -> None:
    with step.catch():
        declared = pack.read("bagit.txt") == b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
        step.need(declared, "bagit-version", "bagit.txt", "bagit.txt does not declare BagIt 1.0 in UTF-8.")
    with step.catch():
        info = pack.read("bag-info.txt").decode("utf-8", "replace").split("\n")
        stated = [line[14:] for line in info if line.startswith("Payload-Oxum: ")]
        step.need(stated == [oxum], "oxum", "bag-info.txt", f"Payload-Oxum is not {oxum}.")
        stated = [line[21:] for line in info if line.startswith("External-Identifier: ")]
        good = not said or stated == [said["pack"]]
        step.need(good, "pack-id", "bag-info.txt", "External-Identifier is not the pack id of the statement.")


def compare(step: Step, pack: Pack, manifest: str, name: str, scope: set[str], digests: Any) -> None:
    """Check one manifest: what is listed is there with its digest, what is there is listed."""
    listed: dict[str, str] = {}
    with step.catch():
        lines = b"".join(pack.chunks(manifest)).decode("utf-8", "replace").split("\n")
        for line in lines if lines[-1] else lines[:-1]:
            match = re.fullmatch(r"([0-9a-fA-F]+)[ \t]+(.+)", line, re.DOTALL)
            path = re.sub("%(0[AaDd]|25)", lambda m: chr(int(m.group(1), 16)), match.group(2)) if match else ""
            good = match and len(match.group(1)) == hashlib.new(name).digest_size * 2
            good = good and path not in listed and not unsafe(path)
            step.need(good, "bad-manifest", manifest, f"{manifest} has a malformed or repeated line.")
            listed.update({path: match.group(1).lower()} if match and good else {})
        for path in sorted(scope - {*listed}):
            step.need(False, "unlisted-file", path, f"{path} is not listed in {manifest}.")
    for path, digest in listed.items():
        step.need(path in pack.sizes, "missing-file", path, f"{path} is missing; {manifest} lists it.")
        if path in pack.sizes:
            step.need(path in scope, "bad-manifest", manifest, f"{manifest} lists {path}, which it must not cover.")
            wrong = path in scope and digests.get(path, {}).get(name, digest) != digest
            step.need(not wrong, "digest", path, f"{path} was changed: its {name} is not that of {manifest}.")


# --- 4 checkpoint, 5 ledger


def check_checkpoint(step: Step, pack: Pack, keys: list[Any], said: dict[str, Any]) -> dict[str, Any]:
    """Check the head of the ledger; give its size and root, those of the statement when it cannot be read."""
    with step.catch("bad-checkpoint", CHECKPOINT):
        note = read_note(pack.read(CHECKPOINT))
        head = read_head(note[0])
        good = not said or all(head[name] == said[name] for name in head)
        step.need(good, "checkpoint-differs", CHECKPOINT, f"{CHECKPOINT} is not the head that the statement names.")
        judge(step, CHECKPOINT, note, keys, head["origin"])
        return head
    return said


def grow(stack: list[tuple[int, bytes]], node: bytes) -> None:
    """Append a leaf hash to a tree that is kept as (height, root) of its full subtrees (RFC 6962 section 2.1)."""
    height = 0
    while stack and stack[-1][0] == height:
        height, node = height + 1, hashlib.sha256(b"\x01" + stack.pop()[1] + node).digest()
    stack.append((height, node))


def root_of(stack: list[tuple[int, bytes]]) -> bytes:
    found = stack[-1][1] if stack else hashlib.sha256(b"").digest()
    for _, node in reversed(stack[:-1]):
        found = hashlib.sha256(b"\x01" + node + found).digest()
    return found


def leaf_of(data: bytes) -> str:
    return base64.b64encode(hashlib.sha256(b"\x00" + data).digest()).decode()


def tile_name(level: Any, index: int, width: int) -> str:
    """Give the path of a tile (C2SP tlog-tiles): groups of three digits, all but the last with an x before."""
    digits = f"{index:03}"
    digits = "0" * (-len(digits) % 3) + digits
    number = "/".join("x" + digits[at : at + 3] for at in range(0, len(digits) - 3, 3)) + "/" + digits[-3:]
    return f"{LOG}tile/{level}/{number.lstrip('/')}" + (f".p/{width}" if width < 256 else "")


class Entries:
    """The entries of a ledger of known size; keeps one bundle in memory."""

    def __init__(self, pack: Pack, size: int) -> None:
        self.pack, self.size, self.number, self.kept = pack, size, -1, [b""]

    def get(self, index: int) -> bytes:
        if self.number != index // 256:
            self.kept = self.load(index // 256)
            self.number = index // 256
        return self.kept[index % 256]

    def load(self, number: int) -> list[bytes]:
        path = tile_name("entries", number, min(256, self.size - 256 * number))
        data, at, found = self.pack.read(path), 0, []
        while at < len(data):
            end = at + 2 + int.from_bytes(data[at : at + 2], "big")
            found.append(data[at + 2 : end])
            at = end
        if at != len(data) or len(found) != min(256, self.size - 256 * number):
            raise Bad("bad-bundle", path, f"{path} breaks off or holds another number of entries than its name says.")
        return found


def read_entry(data: bytes) -> dict[str, Any]:
    """Read an entry; raises ValueError when a member is missing or malformed."""
    entry = read_json(data)
    if b"\n" in data or not isinstance(entry, dict) or "prev" not in entry:
        raise ValueError("it is no entry on one line")
    v, seq, prev, time, stream = (entry.get(name) for name in ("v", "seq", "prev", "time", "stream"))
    good = type(v) is int and v >= 1 and type(seq) is int and seq >= 1 and bool(entry.get("actor"))
    good = good and isinstance(entry.get("kind"), str) and entry["kind"] != "" and (prev is None) == (seq == 1)
    good = good and isinstance(stream, str) and bool(re.fullmatch("[!-~]{1,200}", stream)) and isinstance(time, str)
    if not good or (prev is not None and len(read_base64(prev)) != 32):
        raise ValueError("a member is missing or malformed")
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z", str(time)):
        raise ValueError("its time is not UTC, YYYY-MM-DDTHH:MM:SSZ")
    datetime.strptime(str(time), "%Y-%m-%dT%H:%M:%S%z")
    return entry


class Ledger:
    """One pass over the entries: leaf hashes -> tiles -> root; streams; directory; electronic signatures."""

    def __init__(self, step: Step, pack: Pack, size: int) -> None:
        self.step, self.pack, self.size = step, pack, size
        self.entries, self.lookups = Entries(pack, size), Entries(pack, size)
        self.levels: list[list[bytes]] = [[]]
        self.expected: set[str] = set()
        self.heads: dict[str, Any] = {}

    def check(self, head: dict[str, Any], said: dict[str, Any]) -> None:
        stack: list[tuple[int, bytes]] = []
        last: Any = None
        for index in range(self.size):
            data, last = self.entries.get(index), None
            leaf = hashlib.sha256(b"\x00" + data).digest()
            grow(stack, leaf)
            self.levels[0].append(leaf)
            self.tiles(index + 1, False)
            with self.step.catch("bad-entry", index):
                last = read_entry(data)
                self.entry(index, last)
                self.heads[last["stream"]] = {"seq": last["seq"], "leaf": leaf_of(data)}
        self.tiles(self.size, True)
        good = root_of(stack) == read_base64(head["root"])
        self.step.need(good, "root-differs", None, "The entries of the ledger do not give the root that was signed.")
        self.expected |= {tile_name("entries", i, min(256, self.size - 256 * i)) for i in range(-(-self.size // 256))}
        for path in [path for path in self.pack.sizes if path.startswith(LOG + "tile/")]:
            self.step.need(path in self.expected, "extra-tile", path, f"{path} is no tile of {self.size} entries.")
        self.end(inside(last, "kind") == "directory", inside(last, "body", "heads"), said)

    def tiles(self, size: int, finish: bool) -> None:
        """Compare each tile that is full, at the end those that are not; a full one goes up a level as one hash."""
        for level, hashes in enumerate(self.levels):
            width = len(hashes)
            if width == 256 or (finish and width):
                path = tile_name(level, (size // 256**level - 1) // 256, width)
                self.expected.add(path)
                with self.step.catch():
                    good = self.pack.sizes.get(path, width * 32) == width * 32
                    good = good and self.pack.read(path) == b"".join(hashes)
                    self.step.need(good, "tile-differs", path, f"{path} does not hold the hashes of the entries.")
            if width == 256:
                stack: list[tuple[int, bytes]] = []
                for node in hashes:
                    grow(stack, node)
                hashes.clear()
                self.levels += [[]] if level + 1 == len(self.levels) else []
                self.levels[level + 1].append(root_of(stack))

    def entry(self, index: int, entry: dict[str, Any]) -> None:
        need, body, stream = self.step.need, entry.get("body"), entry["stream"]
        before = self.heads.get(stream, {"seq": 0, "leaf": None})
        need(entry["v"] == 1, "newer-entry", index, f"Entry {index} is of a newer version.", OPEN)
        need(entry["seq"] == before["seq"] + 1, "stream-seq", index, f"Entry {index}: a gap in stream {stream}.")
        good = entry["prev"] == before["leaf"]
        need(good, "stream-prev", index, f"Entry {index} does not name the previous entry of stream {stream}.")
        good = entry["kind"] != "directory" or same(inside(body, "heads"), self.heads)
        need(good, "directory-heads", index, f"Entry {index} does not name the heads of the streams before it.")
        if entry["kind"] == "esign":
            facts = [inside(body, "manifestation", name) for name in ("printed_name", "meaning", "time_utc")]
            good = all(isinstance(fact, str) and fact for fact in facts)
            need(good, "esign-manifestation", index, f"The signature, entry {index}, lacks name, meaning or time.")
            target, good = inside(body, "signs", "index"), False
            with contextlib.suppress(ValueError, Bad):
                data = self.lookups.get(target) if type(target) is int and 0 <= target < index else b""
                good = inside(body, "signs", "leaf") == leaf_of(data) and read_entry(data)["stream"] == stream
            need(good, "esign-target", index, f"The signature, entry {index}, names no earlier entry of its stream.")

    def end(self, closed: bool, heads: Any, said: dict[str, Any]) -> None:
        self.step.need(closed, "no-directory", None, "The last entry of the ledger is not a directory.")
        if closed and said:
            named = inside(said["predicate"], "completeness")
            good = same([inside(named, "directory_index"), inside(named, "stream_heads")], [self.size - 1, heads])
            self.step.need(good, "completeness", STATEMENT, "The statement does not name the last directory.")
            streams = inside(said["predicate"], "scope", "streams")
            for stream in streams if isinstance(streams, list) else []:
                good = isinstance(stream, str) and inside(heads, stream) is not None
                self.step.need(good, "scope-stream", STATEMENT, f"The ledger has no stream {stream!r} of the scope.")


# --- 6 statements


def check_statements(step: Step, pack: Pack, size: int) -> None:
    """Each stated value is that of its record; the readable audit trail is the ledger."""
    entries, seen = Entries(pack, size), set()
    with step.catch("bad-statements", STATEMENTS):
        listed = inside(read_json(pack.read(STATEMENTS)), "statements")
        if not isinstance(listed, list):
            raise ValueError("it has no list of statements")
        for item in listed:
            name, index = inside(item, "id"), inside(item, "index")
            good = isinstance(name, str) and name not in seen and type(index) is int and "value" in item
            step.need(good, "bad-statements", STATEMENTS, "A statement has no id of its own, no value or no index.")
            if good:
                seen.add(name)
                check_statement(step, name, index, item["value"], entries)
    with step.catch():
        check_audit(step, pack, entries)


def check_statement(step: Step, name: str, index: int, value: Any, entries: Entries) -> None:
    there = 0 <= index < entries.size
    step.need(there, "statement-index", name, f"Statement {name} points at entry {index}, which the ledger has not.")
    entry: Any = None
    try:
        entry = read_entry(entries.get(index)) if there else None
    except ValueError:
        entry = None
    except Bad:
        step.need(False, "not-checked", name, f"Statement {name}: entry {index} cannot be read.", OPEN)
        return
    results = inside(entry, "body", "results")
    run = inside(entry, "kind") == "record" and inside(entry, "body", "type") == "run"
    good = run and isinstance(results, dict) and name in results
    step.need(good or not there, "statement-record", name, f"Statement {name} points at an entry without its result.")
    wrong = good and not same(results[name], value)
    step.need(not wrong, "statement-value", name, f"Statement {name} says {value!r:.60}, its record something else.")


def check_audit(step: Step, pack: Pack, entries: Entries) -> None:
    rest, chunks = b"", pack.chunks(AUDIT)
    step.need(AUDIT in pack.sizes, "missing-file", AUDIT, f"{AUDIT} is missing.")
    for index in range(entries.size + 1 if AUDIT in pack.sizes else 0):
        try:
            wanted = entries.get(index) + b"\n" if index < entries.size else b""
        except Bad:
            step.need(False, "not-checked", AUDIT, f"{AUDIT} was not checked to its end.", OPEN)
            return
        while len(rest) <= len(wanted):
            chunk = next(chunks, b"")
            rest += chunk
            if not chunk:
                break
        if rest[: len(wanted)] != wanted or (rest and not wanted):
            step.need(False, "audit-differs", AUDIT, f"Line {index + 1} of {AUDIT} is not entry {index} of the ledger.")
            return
        rest = rest[len(wanted) :]


# --- the whole


def run(path: str, keys: list[str], allow_unsealed: bool, steps: list[Step]) -> dict[str, Any]:
    known = [read_key(line) for line in keys]
    pack = Pack(path, steps[0])
    said = check_seal(steps[1], pack, known, allow_unsealed)
    if said.get("newer"):
        del steps[2:]
        return said
    check_fixity(steps[2], pack, said)
    head = check_checkpoint(steps[3], pack, known, said)
    for step, where in ((steps[4], LOG), (steps[5], STATEMENTS)):
        step.need(head, "not-checked", where, "Not checked: the size and root of the ledger are unknown.", OPEN)
    if head:
        with steps[4].catch():
            Ledger(steps[4], pack, head["size"]).check(head, said)
        check_statements(steps[5], pack, head["size"])
    return said


def verify(path: str, keys: list[str], allow_unsealed: bool = False) -> dict[str, Any]:
    """Run all steps; give the report as a JSON document."""
    steps = [Step(name) for name in ("open", "seal", "fixity", "checkpoint", "ledger", "statements")]
    said: dict[str, Any] = {}
    trouble = ""
    try:
        said = run(path, keys, allow_unsealed, steps)
    except (Bad, ValueError, OSError) as error:
        trouble = "not-a-pack" if isinstance(error, Bad) else "bad-key" if isinstance(error, ValueError) else "unreadable"
        steps = [Step("open")]
        steps[0].need(False, trouble, None, str(error), OPEN)
    found = {step.status() for step in steps}
    code = 2 if trouble else 1 if "failed" in found else 3 if OPEN in found else 0
    return {
        "format": "lotproof-verification/1",
        "pack": said.get("pack"),
        "verdict": {0: "TOTAL-PASSED", 1: "TOTAL-FAILED"}.get(code, "INDETERMINATE"),
        "exit_code": code,
        "steps": [{"name": s.name, "status": s.status(), "problems": s.problems, "notes": s.notes} for s in steps],
    }


def main() -> int:
    parser = argparse.ArgumentParser(description="Verify a Lotproof evidence pack.")
    here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    parser.add_argument("pack", nargs="?", default=here, help="folder or zip; default: the pack this file lies in")
    parser.add_argument("--key", action="append", default=[], help="a vkey line, or a file with one a line")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--allow-unsealed", action="store_true", help="a missing seal is undetermined, not failed")
    options = parser.parse_args()
    keys: list[str] = []
    for value in options.key:
        if os.path.isfile(value):
            with open(value, encoding="utf-8") as stream:
                keys += [line for line in map(str.strip, stream) if line and not line.startswith("#")]
        else:
            keys.append(value)
    report = verify(options.pack, keys, options.allow_unsealed)
    lines = [json.dumps(report, indent=2)] if options.json else []
    for step in [] if options.json else report["steps"]:
        lines.append(f"{step['status']:12} {step['name']}")
        lines += [f"{'':15}{p['code']}: {p['sentence']}" for p in step["problems"]]
        lines += [f"{'':15}{note}" for note in step["notes"]]
    print("\n".join(lines if options.json else [*lines, report["verdict"]]))
    return int(report["exit_code"])


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Verifies a Lotproof evidence pack with nothing but the Python standard library (3.8 or later).

    python3 verify.py [PACK] [--key VKEY_OR_FILE]... [--json] [--allow-unsealed]

PACK is a folder or a zip; without it, the pack that this file lies in. The key has to reach you by another way than
the pack. Exit code: 0 all holds, 1 something was changed, is missing or wrongly signed, 2 not a pack or not readable,
3 intact as far as can be told, but trust is incomplete. SPEC.md beside this file says what is checked and lists the
codes. This program shares no code with the program that makes packs.
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import hashlib
import json
import os
import re
import stat
import struct
import sys
import unicodedata
import zipfile
import zlib
from datetime import datetime
from typing import Any, Iterable, Iterator  # noqa: UP035  (Python 3.8)

CHUNK, LIMIT, LINE_LIMIT = 1 << 20, 64 << 20, 1 << 20
ALGORITHMS = ("sha256", "sha512")
MARKERS = ("bagit.txt", "seal/statement.json", "tagmanifest-sha256.txt")
STATEMENT, NOTE, TRUST = "seal/statement.json", "seal/statement.json.note", "seal/trust/log.vkey"
CHECKPOINT, LOG = "data/ledger/checkpoint", "data/ledger/"
STATEMENTS, AUDIT = "data/statements.json", "data/audit/audit.ndjson"
KIND, HEADER = "https://lotproof.org/evidence-pack/v", "lotproof.org/evidence-pack/v1"


class Bad(Exception):
    """Something that stops one check: a code, a place, a sentence."""


class Unusable(Exception):
    """There is nothing to verify."""


class Step:
    """One step with what it found."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.problems: list[dict[str, Any]] = []
        self.notes: list[str] = []

    def add(self, code: str, where: Any, sentence: str, status: str = "failed") -> None:
        if not any(p["code"] == code and p["where"] == where for p in self.problems):
            self.problems.append({"code": code, "status": status, "where": where, "sentence": sentence})

    @contextlib.contextmanager
    def catch(self, code: str = "", where: Any = None) -> Iterator[None]:
        """Take down a Bad, and a ValueError under `code`; the checks after the block go on."""
        try:
            yield
        except Bad as error:
            self.add(*error.args)
        except ValueError as error:
            self.add(code, where, f"{where} cannot be read: {error}.")

    def status(self) -> str:
        found = {problem["status"] for problem in self.problems}
        return "failed" if "failed" in found else "undetermined" if found else "passed"


# --- Ed25519 (RFC 8032 section 5.1), verification only --------------------------------------------------------------

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
    base = decode_point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))
    key, s = decode_point(public), int.from_bytes(signature[32:], "little")
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    x, y, z, _ = add_points(multiply(s % ORDER, base), multiply(k, (P - key[0], key[1], 1, P - key[3])))
    x, y = x * pow(z, P - 2, P) % P, y * pow(z, P - 2, P) % P
    return len(signature) == 64 and s < ORDER and (y | (x & 1) << 255).to_bytes(32, "little") == signature[:32]


# --- text forms ------------------------------------------------------------------------------------------------------


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

    try:
        value = json.loads(
            data.decode("utf-8"), object_pairs_hook=members, parse_float=refuse, parse_int=integer, parse_constant=refuse
        )
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
    name, key_id, text = (line.strip().split("+", 2) + ["", ""])[:3]
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


def judge(step: Step, where: str, note: Any, keys: list[Any], origin: Any) -> bool:
    """Take down what the signatures are worth by the keys given; say whether the log itself signed."""
    if not keys:
        step.add("no-key", where, f"{where}: no key was given, so who made the pack is open.", "undetermined")
        return False
    message, names, outcome = note[0].encode(), {line[0] for line in note[1]} | {origin}, {}
    for name, key_id, signature in note[1]:
        for key in [key for key in keys if key[:2] == (name, key_id)]:
            with contextlib.suppress(ValueError):
                outcome[key] = outcome.get(key, True) and ed25519_verify(key[2], message, signature)
            outcome.setdefault(key, False)
    for key in keys:
        if outcome.get(key) is False:
            step.add("bad-signature", where, f"The signature by {key[0]} in {where} does not match what it signs.")
        elif key[0] in names and key[0] not in {other[0] for other in outcome}:
            step.add("not-signed", where, f"{where} is not signed by the key given for {key[0]}.")
    trusted = any(good and key[0] == origin for key, good in outcome.items())
    if not trusted and not any(p["where"] == where and p["code"] in ("bad-signature", "not-signed") for p in step.problems):
        step.add("unknown-key", where, f"{where} is signed by keys that were not given.", "undetermined")
    return trusted


# --- 1 open ----------------------------------------------------------------------------------------------------------


class Pack:
    """The plain files of a pack: path to size, and their content in pieces."""

    def __init__(self, path: str, step: Step) -> None:
        self.path, self.step = path, step
        self.zipped: dict[str, zipfile.ZipInfo] = {}
        if not os.path.exists(path):
            raise Unusable(f"There is nothing at {path}.")
        found = dict(self.walk(path, "")) if os.path.isdir(path) else self.directory()
        self.sizes = {name: found[name] for name in self.screen(found)} if not self.zipped else found
        if not any(marker in self.sizes for marker in MARKERS):
            raise Unusable(f"{path} is not an evidence pack: it has none of {', '.join(MARKERS)}.")

    def walk(self, folder: str, prefix: str) -> Iterator[tuple[str, int]]:
        for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
            if entry.is_dir(follow_symlinks=False):
                yield from self.walk(entry.path, prefix + entry.name + "/")
            elif entry.is_file(follow_symlinks=False):
                yield prefix + entry.name, entry.stat(follow_symlinks=False).st_size
            else:
                self.no_file(prefix + entry.name, entry.is_symlink())

    def no_file(self, name: str, link: bool) -> None:
        self.step.add("symlink" if link else "special-file", shown(name), f"{shown(name)} is not a plain file.")

    def screen(self, names: Iterable[str]) -> list[str]:
        """Report unsafe and ambiguous names; give those that may be opened."""
        safe: dict[str, None] = {}
        folded: dict[str, str] = {}
        for name in names:
            parts = name.split("/")
            odd = re.match(r"/|[A-Za-z]:", name) or re.search(r"[\\\x00\ud800-\udfff]", name)
            if odd or any(part in ("", ".", "..") for part in parts):
                self.step.add("name-unsafe", shown(name), f"{shown(name)!r} names no place inside the pack.")
                continue
            if name in safe:
                self.step.add("name-duplicate", name, f"{name} is there twice.")
                continue
            safe[name] = None
            if unicodedata.normalize("NFC", name) != name:
                self.step.add("name-nfc", name, f"The name {name!r} is not in Unicode NFC.")
            for prefix in ("/".join(parts[: count + 1]) for count in range(len(parts))):
                if folded.setdefault(unicodedata.normalize("NFC", prefix).casefold(), prefix) != prefix:
                    self.step.add("name-case", name, f"{prefix!r} has a twin that differs only by case.")
                    break
        return list(safe)

    def directory(self) -> dict[str, int]:
        """Read the directory of a zip; nothing is unpacked to disk."""
        try:
            with zipfile.ZipFile(self.path) as archive:
                infos = archive.infolist()
        except (zipfile.BadZipFile, ValueError, struct.error, NotImplementedError) as error:
            raise Unusable(f"{self.path} is neither a folder nor a zip that can be read ({error}).") from None
        for info in [info for info in infos if info.orig_filename.endswith("/")]:
            self.screen([info.orig_filename[:-1]])
        infos, end = [info for info in infos if not info.orig_filename.endswith("/")], 0
        safe = dict.fromkeys(self.screen(info.orig_filename for info in infos))
        members: dict[str, zipfile.ZipInfo] = {}
        for info in sorted(infos, key=lambda info: info.header_offset):
            name, kind = info.orig_filename, stat.S_IFMT(info.external_attr >> 16)
            if kind not in (0, stat.S_IFREG):
                self.no_file(name, kind == stat.S_IFLNK)
            elif name in safe:
                members.setdefault(name, info)
            if info.header_offset < end:
                self.step.add("zip-overlap", shown(name), f"{shown(name)} overlaps another member of the zip.")
            end = info.header_offset + 30 + len(name) + info.compress_size
        tops = ["", *sorted({name.split("/")[0] + "/" for name in members if "/" in name})]
        top = next((top for top in tops if any(top + marker in members for marker in MARKERS)), "")
        for name in [name for name in safe if not name.startswith(top)]:
            self.step.add("zip-outside", name, f"{name} lies outside the folder {top} of the pack.")
        self.zipped = {name[len(top) :]: info for name, info in members.items() if name.startswith(top)}
        return {name: info.file_size for name, info in self.zipped.items()}

    def chunks(self, path: str) -> Iterator[bytes]:
        if path not in self.sizes:
            raise Bad("missing-file", path, f"{path} is missing.")
        if not self.zipped:
            with open(os.path.join(self.path, path), "rb") as stream:
                yield from iter(lambda: stream.read(CHUNK), b"")
            return
        left, crc = self.sizes[path], 0
        try:
            for piece in self.inflate(self.zipped[path]):
                left, crc = left - len(piece), zlib.crc32(piece, crc)
                if left < 0:
                    break
                yield piece
            if left or crc != self.zipped[path].CRC:
                raise zlib.error("wrong length or CRC")
        except (zlib.error, struct.error) as error:
            raise Bad("zip-member", path, f"{path} is damaged or not as the zip declares it ({error}).") from None

    def inflate(self, info: zipfile.ZipInfo) -> Iterator[bytes]:
        length, worker = info.compress_size, zlib.decompressobj(-15)
        with open(self.path, "rb") as stream:
            stream.seek(info.header_offset)
            header = stream.read(30)
            name_length, extra_length = struct.unpack("<HH", header[26:])
            name = stream.read(name_length).decode("utf-8" if info.flag_bits & 0x800 else "cp437", "replace")
            if header[:4] != b"PK\x03\x04" or name != info.orig_filename:
                raise zlib.error("another name in the local header")
            if info.flag_bits & 1 or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise zlib.error("encrypted or compressed by an unknown method")
            stream.seek(extra_length, 1)
            for raw in iter(lambda: stream.read(min(CHUNK, length)), b""):
                length -= len(raw)
                yield worker.decompress(raw, CHUNK) if info.compress_type else raw
                while worker.unconsumed_tail:
                    yield worker.decompress(worker.unconsumed_tail, CHUNK)
        if info.compress_type:
            yield worker.flush()
            if not worker.eof or worker.unused_data:
                raise zlib.error("the data do not end where declared")

    def read(self, path: str) -> bytes:
        if self.sizes.get(path, 0) > LIMIT:
            raise Bad("too-large", path, f"{path} has more than {LIMIT} bytes and was not read.")
        return b"".join(self.chunks(path))

    def lines(self, path: str) -> Iterator[bytes]:
        rest = b""
        for chunk in self.chunks(path):
            *whole, rest = (rest + chunk).split(b"\n")
            yield from whole
            if len(rest) > LINE_LIMIT:
                raise Bad("too-large", path, f"{path} has a line of more than {LINE_LIMIT} bytes.")
        if rest:
            yield rest


def shown(name: str) -> str:
    return name.encode("utf-8", "backslashreplace").decode()

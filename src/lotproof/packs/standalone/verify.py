#!/usr/bin/env python3
"""Verifies a Lotproof evidence pack with nothing but the Python standard library (3.8 or later).

    python3 verify.py [PACK] [--key VKEY_OR_FILE]... [--ca PEM] [--at TIME] [--json] [--allow-unsealed]

PACK is a folder or a zip; without it, the pack that this file lies in. Keys and CA have to reach you by another way than the pack.
Certificates and timestamps, if there are any, are checked by the program `openssl` (3.0 or later). Exit code: 0 all holds, 1 something
was changed, is missing or wrongly signed, 2 not a pack or not readable, 3 intact, but trust is incomplete. SPEC.md beside this file
says what is checked and lists the codes. This program shares no code with the program that makes packs.
"""
# ruff: noqa: B905, I001, PTH112, PTH113, PTH118, PTH120, PTH123, PTH202, UP017, UP035  (Python 3.8)
from __future__ import annotations
import argparse
import base64
import contextlib
import functools
import hashlib
import json
import os
import re
import stat
import subprocess
import sys
import tempfile
import unicodedata
import zipfile
from datetime import datetime, timezone
from typing import Any, Iterator

OPEN, ALGORITHMS = "undetermined", ("sha256", "sha512")
STATEMENT, NOTE, REDACTION = "seal/statement.json", "seal/statement.json.note", "seal/redaction.json"
STATEMENTS, AUDIT, LOG, CHECKPOINT = "data/statements.json", "data/audit/audit.ndjson", "data/ledger/", "data/ledger/checkpoint"
KIND, MARKERS = "lotproof.org/evidence-pack/v", ("bagit.txt", STATEMENT, "tagmanifest-sha256.txt")
IN_SEAL = r"seal/(statement\.json(\.note|(\.[2-9])?\.p7s(\.tsr)?)?|checkpoint\.tsr|redaction\.json(\.note)?|(trust|renewals)/.+)"
RENEWAL = r"(seal/renewals/[^/]+/)list\.(sha512|sha3-512)"
UNSAFE = r"(^|/)\.{0,2}(/|$)|^[A-Za-z]:|[\\\x00\ud800-\udfff]"
CADES = ["-cades", "-binary", "-inform", "DER", "-purpose", "any", "-no-CApath", "-no-CAstore", "-out", os.devnull]
P, ORDER = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493  # of Ed25519, as is D
D = -121665 * pow(121666, P - 2, P) % P
NIST, EC, RSA = rb"\x06\x09\x60\x86H\x01\x65\x03\x04\x02", rb"\x06\x08\x2a\x86H\xce=\x04\x03", rb"\x06\x09\x2a\x86H\x86\xf7\x0d\x01\x01"
FORM = rb"%b%c(\x05\0)?\xa0.+(%b%c\x04.|%b[\x01\x0a%c](\x05\0|\x30.+)\x04\x82)"  # of a signer: hash function, then signature
SIGNER = b"|".join(FORM % (NIST, n, EC, n + 1, RSA, n + 10) for n in (1, 2, 3))
MALFORMED = (ValueError, LookupError, TypeError, AttributeError, RecursionError)

class Bad(Exception):
    """Stops one check: a code, a place, a sentence."""

class Step:
    def __init__(self, name: str) -> None:
        self.name, self.notes, self.problems = name, [], []  # type: str, list[str], list[dict[str, Any]]

    def need(self, good: Any, code: str, where: Any, sentence: str, status: str = "failed") -> bool:
        if not good and not any(p["code"] == code and p["where"] == where for p in self.problems):
            self.problems.append({"code": code, "status": status, "where": where, "sentence": sentence})
        return bool(good)

    @contextlib.contextmanager
    def catch(self, code: str = "", where: Any = None) -> Iterator[None]:
        """Take down a Bad, and under `code` whatever else malformed content provokes; the checks after the block go on."""
        try:
            yield
        except Bad as error:
            self.need(False, *error.args)
        except MALFORMED as error:
            self.need(False, code, where, f"{where} is not as it has to be: {error}.")

def require(good: Any, sentence: str) -> None:
    if not good:
        raise ValueError(sentence)

def add_points(a: tuple[int, ...], b: tuple[int, ...]) -> tuple[int, ...]:
    e, f, g, h = (a[1] - a[0]) * (b[1] - b[0]), (a[1] + a[0]) * (b[1] + b[0]), 2 * a[3] * b[3] * D, 2 * a[2] * b[2]
    return (f - e) * (h - g) % P, (h + g) * (f + e) % P, (h - g) * (h + g) % P, (f - e) * (f + e) % P

def multiply(scalar: int, point: tuple[int, ...]) -> tuple[int, ...]:
    rest = multiply(scalar >> 1, add_points(point, point)) if scalar > 1 else (0, 1, 1, 0)
    return add_points(rest, point) if scalar & 1 else rest

def decode_point(data: bytes) -> tuple[int, ...]:
    y, sign = int.from_bytes(data, "little") & (1 << 255) - 1, data[-1] >> 7
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if x * x % P == square else x * pow(2, (P - 1) // 4, P) % P
    require(len(data) == 32 and y < P and x * x % P == square and (x or not sign), "this is no point of the curve")
    x = x if x & 1 == sign else P - x
    return x, y, 1, x * y % P

def ed25519_verify(public: bytes, message: bytes, signature: bytes) -> bool:
    """Compare S*B - k*A with the bytes of R, the stricter of the two ways that RFC 8032 section 5.1.7 allows."""
    s, base = int.from_bytes(signature[32:], "little"), decode_point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    try:
        key = decode_point(public)
    except MALFORMED:
        return False
    x, y, z, _ = add_points(multiply(s % ORDER, base), multiply(k, (P - key[0], key[1], 1, P - key[3])))
    x, y = x * pow(z, P - 2, P) % P, y * pow(z, P - 2, P) % P
    return len(signature) == 64 and s < ORDER and (y | (x & 1) << 255).to_bytes(32, "little") == signature[:32]

def read_base64(text: Any) -> bytes:
    data = base64.b64decode(text.encode("ascii"), validate=True)
    require(base64.b64encode(data).decode() == text, "this is not standard base64")
    return data

def read_json(data: bytes) -> Any:
    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        require(len(dict(pairs)) == len(pairs), "a name is there twice")
        return dict(pairs)
    return json.loads(data.decode(), object_pairs_hook=members)

def same(one: Any, other: Any) -> bool:
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)

def read_time(text: str) -> datetime:
    require(re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z", text), "a time is not UTC, YYYY-MM-DDTHH:MM:SSZ")
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S%z")

def read_key(line: str) -> tuple[str, bytes, bytes]:
    name, key_id, text = ([*line.strip().split("+", 2), "", ""])[:3]
    raw = read_base64(text)
    made = hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4]
    require(re.fullmatch(r"[^\s+\x00-\x1f\x7f]+", name) and len(raw) == 33 and raw[0] == 1, f"{line[:80]!r} is not an Ed25519 vkey")
    require(made.hex() == key_id, f"the id in the key {name} does not match its bytes")
    return name, made, raw[1:]

def read_note(data: bytes) -> tuple[str, list[tuple[str, bytes, bytes]]]:
    head, _, tail = data.decode("utf-8").rpartition("\n\n")
    found = re.findall(r"— ([^\s+\x00-\x1f\x7f]+) (\S+)\n", tail)
    lines = [(name, read_base64(text)[:4], read_base64(text)[4:]) for name, text in found]
    good = head and 0 < len(found) <= 100 and "".join(f"— {name} {text}\n" for name, text in found) == tail
    require(good and all(line[2] for line in lines) and not re.search(r"[\x00-\x09\x0b-\x1f]", head), "it is no signed note")
    return head + "\n", lines

def read_head(text: str) -> dict[str, Any]:
    origin, size, root, *rest = text.split("\n")
    good = origin and re.fullmatch("0|[1-9][0-9]{0,18}", size) and rest and not rest.pop() and all(rest)
    require(good and len(read_base64(root)) == 32, "it does not hold origin, size and root of a log")
    return {"origin": origin, "size": int(size), "root": root}

def judge(step: Step, where: str, data: bytes, trust: Any, origin: Any) -> None:
    """Take down what the signatures of a note are worth by the keys given."""
    (text, lines), keys = read_note(data), trust.keys
    tried = [(key[0], ed25519_verify(key[2], text.encode(), line[2])) for line in lines for key in keys if key[:2] == line[:2]]
    wrong, seen = {name for name, good in tried if not good}, {name for name, _ in tried}
    lacking = {key[0] for key in keys} & ({line[0] for line in lines} | {origin}) - seen
    step.need(keys, "no-key", where, f"{where}: no key was given, so who made the pack is open; get it by another way than the pack.", OPEN)
    step.need(not wrong, "bad-signature", where, f"The signature by {', '.join(wrong)} in {where} does not hold.")
    step.need(not lacking, "not-signed", where, f"{where} is not signed by the key given for {', '.join(lacking)}.")
    step.need(not keys or wrong or lacking or origin in seen, "unknown-key", where, f"{where} is signed by keys not given.", OPEN)

class Pack:
    """The plain files of a folder: path to size, and their content; a zip is unpacked into `work` first."""
    def __init__(self, path: str, step: Step, work: str) -> None:
        self.root, self.step, self.sizes, self.withheld = path, step, {}, {}  # type: str, Step, dict[str, int], dict[str, int]
        if not os.path.isdir(path):
            self.unpack(path, work)
            tops = [work, *sorted(entry.path for entry in os.scandir(work))]
            self.root = next((top for top in tops if any(os.path.isfile(os.path.join(top, marker)) for marker in MARKERS)), work)
            outside = [entry.name for entry in os.scandir(work) if self.root not in (work, entry.path)]
            step.need(not outside, "zip-outside", None, f"The zip has files outside the folder of the pack: {outside}.")
        folded: dict[str, str] = {}
        for full in sorted(os.path.join(folder, name) for folder, folders, files in os.walk(self.root) for name in folders + files):
            mode, name = os.lstat(full).st_mode, os.path.relpath(full, self.root).replace(os.sep, "/")
            odd = "" if stat.S_ISREG(mode) or stat.S_ISDIR(mode) else "symlink" if stat.S_ISLNK(mode) else "special-file"
            plain = self.allow(name, "name-unsafe" if re.search(UNSAFE, name) else odd)
            normal = unicodedata.normalize("NFC", name)
            self.allow(name, "name-nfc" if normal != name else "name-case" if folded.setdefault(normal.casefold(), name) != name else "")
            self.sizes.update({name: os.path.getsize(full)} if plain and stat.S_ISREG(mode) else {})
        damaged = [f"/{problem['where']}" for problem in step.problems]
        if not {*self.sizes} & {*MARKERS} and not any(name.endswith(f"/{marker}") for name in damaged for marker in MARKERS):
            raise Bad(f"{path} is not an evidence pack: it has none of {', '.join(MARKERS)}.")

    def allow(self, name: str, code: str) -> bool:
        name = name.encode("utf-8", "backslashreplace").decode()
        return self.step.need(not code, code, name, f"{name!r} is not allowed in a pack ({code}).")

    def unpack(self, path: str, work: str) -> None:
        try:
            archive, seen = zipfile.ZipFile(path), set()
        except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            raise Bad(f"{path} is neither a folder nor a zip that can be read ({error}).") from None
        for info in archive.infolist():
            name, size, kind = re.sub("/$", "", info.orig_filename), info.file_size, stat.S_IFMT(info.external_attr >> 16)
            odd = "symlink" if kind not in (0, stat.S_IFREG, stat.S_IFDIR) else "name-duplicate" if name in seen else ""
            seen.add(name)
            info.file_size += 1  # zipfile stops at the declared size; one byte more is enough to see a longer content
            try:
                if self.allow(name, "name-unsafe" if re.search(UNSAFE, name) else odd):
                    found = archive.extract(info, work)
                    good = os.path.isdir(found) or os.path.getsize(found) == size
                    require(good and info.compress_type in (0, 8), "its length or compression is not as declared")
            except Exception as error:
                self.step.need(False, "zip-member", name, f"{name} is not as the zip declares it ({error}).")

    def chunks(self, path: str) -> Iterator[bytes]:
        if path not in self.sizes:
            raise Bad("missing-file", path, f"{path} is missing.")
        with open(os.path.join(self.root, path), "rb") as stream:
            yield from iter(lambda: stream.read(1 << 20), b"")

    def read(self, path: str) -> bytes:
        return b"".join(self.chunks(path))

def check_seal(step: Step, pack: Pack, trust: Any, allow_unsealed: bool) -> dict[str, Any]:
    """Check statement and signatures; give what the statement says, empty when there is none."""
    said, data = {}, pack.read(STATEMENT) if STATEMENT in pack.sizes else b""  # type: dict[str, Any], bytes
    for path in [path for path in pack.sizes if path.startswith("seal/") and not re.fullmatch(IN_SEAL, path)]:
        step.need(False, "seal-file", path, f"{path} does not belong into the seal; no signature covers it.")
    for path in [path for path in (STATEMENT, NOTE) if path not in pack.sizes][:1]:
        step.need(False, "missing-seal", path, f"{path} is missing: nothing vouches for the pack.", OPEN if allow_unsealed else "failed")
    with step.catch("bad-statement", STATEMENT):
        said = read_statement(read_json(data)) if data else {}
    if said.get("newer"):
        step.need(False, "newer-format", STATEMENT, "The format is newer than this program.", OPEN)
        return said
    check_note(step, pack, trust, NOTE, f"{KIND}1", said, data)
    for path in [f"seal/{name}" for name in said.get("parts", []) if f"seal/{name}" not in pack.sizes]:
        step.need(False, "missing-seal", path, f"{path} is missing, and the statement says that it is part of the seal.")
    for path in [path for path in pack.sizes if path.startswith("seal/trust/") and said]:
        good = said["trust"].get(path[11:]) == hashlib.sha256(pack.read(path)).hexdigest()
        step.need(good, "trust-copy", path, f"{path} is not the copy that the statement names.")
    with step.catch():
        check_outside(step, pack, trust)
    if REDACTION in pack.sizes:
        with step.catch("bad-redaction", REDACTION):
            require(REDACTION + ".note" in pack.sizes, "it is not signed")
            check_note(step, pack, trust, REDACTION + ".note", "lotproof.org/redaction/v1", said, pack.read(REDACTION))
            pack.withheld = {item["path"]: int(item["size"]) for item in read_json(pack.read(REDACTION))["withheld"]}
            require(all(path.startswith("data/") and path not in pack.sizes for path in pack.withheld), "it lists what it cannot withhold")
            step.notes += [f"{path} was withheld by the sender." for path in pack.withheld]
    return said

def read_statement(document: Any) -> dict[str, Any]:
    kind, predicate, root = document["predicateType"], document["predicate"], document["predicate"]["ledger"]
    require(document["_type"] == "https://in-toto.io/Statement/v1", "it is no in-toto Statement v1")
    require(re.fullmatch(f"https://{KIND}[1-9][0-9]*", kind, re.ASCII), "it is not about an evidence pack")
    require(isinstance(predicate["pack"], str) and predicate["pack"], "it has no pack id")
    require(type(root["size"]) is int and "\n" not in root["origin"] + root["root"], "it does not name the head of the ledger")
    seal, head = predicate.get("seal", {"parts": [], "trust": {}}), read_head(f"{root['origin']}\n{root['size']}\n{root['root']}\n")
    return {**predicate, **head, **seal, "subject": document.get("subject"), "newer": kind != f"https://{KIND}1"}

def check_note(step: Step, pack: Pack, trust: Any, path: str, header: str, said: dict[str, Any], about: bytes) -> None:
    """Check a note over three lines: header, pack id and SHA-256 of what it signs."""
    if path in pack.sizes:
        with step.catch("bad-note", path):
            good = read_note(pack.read(path))[0] == f"{header}\n{said.get('pack')}\n{hashlib.sha256(about).hexdigest()}\n"
            step.need(good, "note-differs", path, f"{path} was made for something else than it lies beside.")
            judge(step, path, pack.read(path), trust, said.get("origin"))

def check_outside(step: Step, pack: Pack, trust: Any) -> None:
    """Check what others vouch for: the latest renewal as of now, each other thing as of the time that the next one proves."""
    token = functools.partial(openssl, step, pack, trust, ["ts", "-verify", "-data"], "bad-timestamp")
    at, signed = trust.at, [path for path in pack.sizes if path.endswith(".p7s")]
    for path in sorted((path for path in pack.sizes if re.fullmatch(RENEWAL, path)), reverse=True):
        at = token(path + ".tsr", path, at) or at
    for path in signed:
        then = token(path + ".tsr", path, at) if path + ".tsr" in pack.sizes else None
        openssl(step, pack, trust, ["cms", "-verify", *CADES, "-content"], "bad-signature", path, STATEMENT, then or at)
    if "seal/checkpoint.tsr" in pack.sizes:
        token("seal/checkpoint.tsr", CHECKPOINT, at)
    timed = any(path.endswith(".tsr") for path in pack.sizes)
    for part, found, lack in (("certificate", signed, "who made the pack"), ("timestamp", timed, "when it was made")):
        step.need(found or not trust.ca, f"no-{part}", STATEMENT, f"A CA was given, but the seal has no {part}.", OPEN)
        step.notes += [] if found else [f"The seal has no {part} of a third party: {lack} is the word of the log's key alone."]

def openssl(step: Step, pack: Pack, trust: Any, command: list[str], code: str, path: str, about: str, at: datetime) -> datetime | None:
    """Have openssl check a file of the seal over another as of `at`; give the time of a timestamp when it holds, else None."""
    if not step.need(trust.ca, "no-ca", path, f"{path} was not checked, because no CA was given.", OPEN):
        return None
    data = pack.read(path)  # openssl does not mind the name of the algorithm, nor, before the chain, that of the certificate
    elements = [data[at.start() :][: 4 + int.from_bytes(at.group(1), "big")] for at in re.finditer(rb"(?=\x30\x82(..))", data, re.DOTALL)]
    named = any(hashlib.new(name, element).digest() in data for element in elements for name in ("sha1", *ALGORITHMS))
    if not step.need(named and re.search(SIGNER, data, re.DOTALL), code, path, f"{path} is no signature by a certificate that it names."):
        return None
    name, status, moment = os.path.join(pack.root, path), "failed" if "cms" in command else OPEN, str(int(at.timestamp()))
    command = [*command, os.path.join(pack.root, about), "-CAfile", str(trust.ca), "-partial_chain", "-attime", moment]
    try:
        done = subprocess.run(["openssl", *command, "-in", name], capture_output=True, check=False)
        text = subprocess.run(["openssl", "ts", "-reply", "-text", "-in", name], capture_output=True, check=False).stdout
    except FileNotFoundError as error:
        raise Bad("no-openssl", path, f"{path} was not checked: there is no openssl program here.", OPEN) from error
    if done.returncode and re.search(b"expired|not yet valid", done.stderr):
        step.need(False, "certificate-time", path, f"{path}: the certificate was not valid on {at:%Y-%m-%d}.", OPEN)
    elif done.returncode and re.search(b"issuer certificate|self.signed", done.stderr):
        step.need(False, "unknown-ca", path, f"{path}: its certificate does not come from the CA that was given.", status)
    else:
        step.need(not done.returncode, code, path, f"{path}: the signature does not hold, or is not over {about}.")
    time = re.search(rb"\nTime stamp: (\w+ +\d+ \d\d:\d\d:\d\d)[.\d]* (\d{4}) GMT", b"" if done.returncode else text)
    return datetime.strptime(b" ".join(time.groups()).decode() + "+0000", "%b %d %H:%M:%S %Y%z") if time else None

def check_fixity(step: Step, pack: Pack, said: dict[str, Any]) -> dict[str, dict[str, str]]:
    """Statement -> tag manifests -> tag files and manifests -> payload; nothing missing, nothing unlisted. Give the digests."""
    renewals = [match.groups() for match in map(re.compile(RENEWAL).fullmatch, pack.sizes) if match]
    digests: dict[str, dict[str, str]] = {path: {} for path in pack.sizes}
    for path in pack.sizes:
        with step.catch():
            hashes = {name: hashlib.new(name.replace("-", "_")) for name in {*ALGORITHMS, *(name for _, name in renewals)}}
            for chunk in pack.chunks(path):
                for running in hashes.values():
                    running.update(chunk)
            digests[path] = {name: running.hexdigest() for name, running in hashes.items()}
    tops, there = ["tagmanifest-sha256.txt", "tagmanifest-sha512.txt"], {*pack.sizes}
    payload, seal = {path for path in there if path.startswith("data/")}, {path for path in there if path.startswith("seal/")}
    for name in ALGORITHMS:
        compare(step, pack, f"tagmanifest-{name}.txt", name, there - payload - seal - {*tops} | {"bagit.txt", "bag-info.txt"}, digests)
        compare(step, pack, f"manifest-{name}.txt", name, payload, digests)
    for folder, name in renewals:
        other = {one for one in seal if one.startswith(("seal/renewals/", REDACTION)) and one > folder and not one.startswith(folder)}
        other |= {f"{folder}list.{name}", f"{folder}list.{name}.tsr"}
        compare(step, pack, f"{folder}list.{name}", name, seal - other | {tops[1]}, digests)
        for path in {f"{folder}manifest-{name}.txt"} & there:
            compare(step, pack, path, name, payload, digests)
    with step.catch("subject", STATEMENT):
        for item in said.get("subject", []):
            good = all(digests.get(item["name"], item["digest"]).get(name) == item["digest"][name] for name in ALGORITHMS)
            step.need(good, "digest", item["name"], f"{item['name']} is not the file that was sealed.")
        good = not said or sorted(item["name"] for item in said["subject"]) == sorted(tops)
        step.need(good, "subject", STATEMENT, "The statement does not name each tag manifest once.")
    with step.catch():
        sizes = [size for path, size in {**pack.sizes, **pack.withheld}.items() if path.startswith("data/")]
        info, oxum = pack.read("bag-info.txt").decode("utf-8", "replace").split("\n"), f"Payload-Oxum: {sum(sizes)}.{len(sizes)}"
        step.need(oxum in info, "oxum", "bag-info.txt", f"bag-info.txt does not say {oxum}.")
        good = not said or f"External-Identifier: {said['pack']}" in info
        step.need(good, "pack-id", "bag-info.txt", "External-Identifier in bag-info.txt is not the pack id of the statement.")
    return digests

def compare(step: Step, pack: Pack, manifest: str, name: str, scope: set[str], digests: Any) -> None:
    """Check one manifest: what is listed is there with its digest, what is there is listed."""
    listed: dict[str, str] = {}
    with step.catch():
        for line in b"".join(pack.chunks(manifest)).decode("utf-8", "replace").rstrip("\n").split("\n"):
            digest, _, path = line.partition("  ")
            path = re.sub("%(0[AaDd]|25)", lambda match: chr(int(match.group(1), 16)), path)
            good = re.fullmatch(r"([0-9a-fA-F]{64}){1,2}", digest) and path not in listed
            step.need(good, "bad-manifest", manifest, f"{manifest} has a malformed or repeated line.")
            listed.update({path: digest.lower()} if good else {})
        for path in sorted(scope - {*listed}):
            step.need(path not in pack.sizes, "unlisted-file", path, f"{path} is not listed in {manifest}.")
    for path in [path for path in {**listed, **dict.fromkeys(scope)} if path not in pack.withheld]:
        if step.need(path in pack.sizes, "missing-file", path, f"{path} is missing; {manifest} lists it."):
            step.need(path in scope, "bad-manifest", manifest, f"{manifest} lists {path}, which it must not cover.")
            good = path not in scope or digests[path].get(name) in (None, listed.get(path))
            step.need(good, "digest", path, f"{path} was changed: its {name} is not that of {manifest}.")

def check_checkpoint(step: Step, pack: Pack, trust: Any, said: dict[str, Any]) -> dict[str, Any]:
    """Check the head of the ledger; give its size and root, those of the statement when it cannot be read."""
    with step.catch("bad-checkpoint", CHECKPOINT):
        head = read_head(read_note(pack.read(CHECKPOINT))[0])
        good = not said or all(head[name] == said[name] for name in head)
        step.need(good, "checkpoint-differs", CHECKPOINT, f"{CHECKPOINT} is not the head that the statement names.")
        judge(step, CHECKPOINT, pack.read(CHECKPOINT), trust, head["origin"])
        return head
    return said

def root_of(hashes: list[bytes]) -> bytes:  # RFC 6962 section 2.1
    if len(hashes) < 2:
        return hashes[0] if hashes else hashlib.sha256(b"").digest()
    half = 1 << (len(hashes) - 1).bit_length() - 1
    return hashlib.sha256(b"\x01" + root_of(hashes[:half]) + root_of(hashes[half:])).digest()

def tile_name(level: Any, index: int, width: int) -> str:  # C2SP tlog-tiles: groups of three digits, all but the last after an x
    number = re.sub(r"(\d{3})(?=\d)", r"x\1/", f"{index:0{-(-len(str(index)) // 3) * 3}}")
    return f"{LOG}tile/{level}/{number}" + (f".p/{width}" if width < 256 else "")

def check_ledger(step: Step, pack: Pack, head: dict[str, Any], said: dict[str, Any], digests: Any) -> list[Any]:
    """One pass over the entries: leaf hashes -> tiles -> root; streams, directory, signatures, readable trail. Give the entries."""
    size, leaves, entries, heads = head["size"], [], [], {}  # type: int, list[bytes], list[Any], dict[str, Any]
    expected, trail = {}, hashlib.sha256()  # type: dict[str, Any], Any
    for number in range(-(-size // 256)):
        width = min(256, size - 256 * number)
        path, at = tile_name("entries", number, width), 0
        expected[path], bundle = digests.get(path), pack.read(path)
        while at < len(bundle):
            end = at + 2 + int.from_bytes(bundle[at : at + 2], "big")
            data, at = bundle[at + 2 : end], end
            trail.update(data + b"\n")
            leaves.append(hashlib.sha256(b"\x00" + data).digest())
            entries.append(None)
            with step.catch("bad-entry", len(leaves) - 1):
                entry = read_entry(data)
                check_entry(step, entry, leaves, entries, heads)
                entries[-1] = entry
                heads[entry["stream"]] = {"seq": entry["seq"], "leaf": base64.b64encode(leaves[-1]).decode()}
        if at != len(bundle) or len(leaves) != 256 * number + width:
            raise Bad("bad-bundle", path, f"{path} breaks off or holds another number of entries than its name says.")
    level, hashes = 0, leaves
    while hashes:
        for at in range(0, len(hashes), 256):
            path = tile_name(level, at // 256, len(hashes[at : at + 256]))
            expected[path] = {"sha256": hashlib.sha256(b"".join(hashes[at : at + 256])).hexdigest()}
            step.need(path in pack.sizes, "missing-file", path, f"{path} is missing.")
        level, hashes = level + 1, [root_of(hashes[at : at + 256]) for at in range(0, len(hashes) - 255, 256)]
    for path in [path for path in pack.sizes if path.startswith(LOG + "tile/")]:
        if step.need(path in expected, "extra-tile", path, f"{path} is no tile of {size} entries."):
            good = digests[path].get("sha256") == expected[path].get("sha256")
            step.need(good, "tile-differs", path, f"{path} does not hold the hashes of the entries.")
    good = root_of(leaves) == read_base64(head["root"])
    step.need(good, "root-differs", None, "The entries of the ledger do not give the root that was signed.")
    good = AUDIT in pack.withheld or digests.get(AUDIT, {}).get("sha256") == trail.hexdigest()
    step.need(good, "audit-differs", AUDIT, f"{AUDIT} is not the entries of the ledger, a line each.")
    with step.catch("completeness", STATEMENT):
        closed = entries and entries[-1] and entries[-1]["kind"] == "directory"
        if step.need(closed, "no-directory", None, "The last entry of the ledger is not a directory.") and said:
            named, listed = said["completeness"], entries[-1]["body"]["heads"]
            require(same([named["directory_index"], named["stream_heads"]], [size - 1, listed]), "it does not name the last directory")
            require(all(stream in listed for stream in said["scope"].get("streams", [])), "it names a stream that the ledger has not")
    return entries

def check_entry(step: Step, entry: dict[str, Any], leaves: list[bytes], entries: list[Any], heads: dict[str, Any]) -> None:
    """Hold an entry to its stream, a directory to the heads before it, a signature to what it signs."""
    index, body, before = len(leaves) - 1, entry["body"], heads.get(entry["stream"], {"seq": 0, "leaf": None})
    step.need(entry["v"] == 1, "newer-entry", index, f"Entry {index} is of a newer version.", OPEN)
    step.need(entry["seq"] == before["seq"] + 1, "stream-seq", index, f"Entry {index}: a gap in its stream.")
    step.need(entry["prev"] == before["leaf"], "stream-prev", index, f"Entry {index} does not name the one before it in its stream.")
    good = entry["kind"] != "directory" or same(body["heads"], heads)
    step.need(good, "directory-heads", index, f"Entry {index} does not name the heads of the streams before it.")
    if entry["kind"] == "esign":
        with step.catch("esign-manifestation", index):
            facts = [body["manifestation"][name] for name in ("printed_name", "meaning", "time_utc")]
            require(all(isinstance(fact, str) and fact for fact in facts), "the signature lacks name, meaning or time")
        with step.catch("esign-target", index):
            target, leaf = body["signs"]["index"], read_base64(body["signs"]["leaf"])
            require(type(target) is int and 0 <= target < index and leaves[target] == leaf, "the signature names no earlier entry")
            require(entries[target]["stream"] == entry["stream"], "the signature names no entry of its stream")

def read_entry(data: bytes) -> dict[str, Any]:
    entry: dict[str, Any] = {"body": None, **read_json(data)}
    v, seq, prev, kind, stream = (entry[name] for name in ("v", "seq", "prev", "kind", "stream"))
    require(b"\n" not in data and type(v) is int and v >= 1 and type(seq) is int and seq >= 1 and entry["actor"], "a member is malformed")
    require(isinstance(kind, str) and kind and re.fullmatch("[!-~]{1,200}", stream), "its kind or stream is malformed")
    require((prev is None) == (seq == 1) and (prev is None or len(read_base64(prev)) == 32), "its prev is malformed")
    read_time(entry["time"])
    return entry

def check_statements(step: Step, pack: Pack, entries: list[Any]) -> None:
    """Each stated value is that of its record."""
    seen: set[str] = set()
    with step.catch("bad-statements", STATEMENTS):
        for item in read_json(pack.read(STATEMENTS))["statements"] if STATEMENTS not in pack.withheld else []:
            name, index, value = item["id"], item["index"], item["value"]
            require(isinstance(name, str) and name not in seen and type(index) is int, "a statement has no id of its own or no index")
            seen.add(name)
            if step.need(0 <= index < len(entries), "statement-index", name, f"Statement {name} points at no entry: {index}."):
                with step.catch("statement-record", name):
                    body = entries[index]["body"]
                    require(body["type"] == "run" and name in body["results"], f"entry {index} is no run with that result")
                    step.need(same(body["results"][name], value), "statement-value", name, f"Statement {name} is not what its record says.")

def run(path: str, work: str, steps: list[Step], trust: Any, allow_unsealed: bool) -> dict[str, Any]:
    pack, entries = Pack(path, steps[0], work), []  # type: Pack, list[Any]
    said = check_seal(steps[1], pack, trust, allow_unsealed)
    if said.get("newer"):
        del steps[2:]
        return said
    digests = check_fixity(steps[2], pack, said)
    head = check_checkpoint(steps[3], pack, trust, said)
    if steps[4].need(head, "not-checked", LOG, "Not checked: the size and root of the ledger are unknown.", OPEN):
        with steps[4].catch():
            entries = check_ledger(steps[4], pack, head, said, digests)
    if steps[5].need(entries, "not-checked", STATEMENTS, "Not checked: the ledger could not be read.", OPEN):
        check_statements(steps[5], pack, entries)
    return said

def verify(path: str, keys: list[str], allow_unsealed: bool = False, ca: str | None = None, at: str | None = None) -> dict[str, Any]:
    """Run all steps; give the report as a JSON document. `ca` is a file, `at` a UTC time."""
    steps, said, code = [Step(name) for name in ("open", "seal", "fixity", "checkpoint", "ledger", "statements")], {}, 0
    try:
        trust = argparse.Namespace(keys=list(map(read_key, keys)), ca=ca, at=read_time(at) if at else datetime.now(timezone.utc))
        with tempfile.TemporaryDirectory() as work:
            said = run(path, work, steps, trust, allow_unsealed)
    except (Bad, OSError, *MALFORMED) as error:
        trouble, steps, code = "not-a-pack" if isinstance(error, Bad) else "bad-key", [Step("open")], 2
        steps[0].need(False, "unreadable" if isinstance(error, OSError) else trouble, None, str(error), OPEN)
    worst = [min([problem["status"] for problem in step.problems], default="passed") for step in steps]
    code = code or (1 if "failed" in worst else 3 if OPEN in worst else 0)
    told = [{"name": s.name, "status": how, "problems": s.problems, "notes": s.notes} for s, how in zip(steps, worst)]
    report = {"verdict": {0: "TOTAL-PASSED", 1: "TOTAL-FAILED"}.get(code, "INDETERMINATE"), "exit_code": code, "steps": told}
    return {"format": "lotproof-verification/1", "pack": said.get("pack"), **report}

def main() -> int:
    parser = argparse.ArgumentParser(description="Verify a Lotproof evidence pack.")
    parser.add_argument("pack", nargs="?", default=os.path.join(os.path.dirname(__file__), ".."), help="default: the one this lies in")
    parser.add_argument("--key", action="append", default=[], help="a vkey line, or a file with one a line")
    parser.add_argument("--ca", help="a PEM file with the certificates to trust")
    parser.add_argument("--at", help="judge as of this time, YYYY-MM-DDTHH:MM:SSZ, instead of now")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--allow-unsealed", action="store_true", help="a missing seal is undetermined, not failed")
    options = parser.parse_args()
    texts = [open(key, encoding="utf-8").read() if os.path.isfile(key) else key for key in options.key]  # noqa: SIM115
    keys = [line for text in texts for line in (text.splitlines() or [""]) if text == "" or (line.strip() and line.strip()[0] != "#")]
    report = verify(options.pack, keys, options.allow_unsealed, ca=options.ca, at=options.at)
    for step in [] if options.json else report["steps"]:
        told = [f"{p['code']}: {p['sentence']}" for p in step["problems"]] + step["notes"]
        print("\n               ".join([f"{step['status']:12} {step['name']}", *told]))
    print(json.dumps(report, indent=2) if options.json else report["verdict"])
    return int(report["exit_code"])

if __name__ == "__main__":
    sys.exit(main())

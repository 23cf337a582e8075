#!/usr/bin/env python3
"""Verifies a Lotproof evidence pack with nothing but the Python standard library (3.8 or later).

    python3 verify.py [PACK] [--key VKEY_OR_FILE]... [--policy FILE] [--ca PEM] [--at TIME] [--deep] [--json] [--allow-unsealed]

PACK is a folder or a zip; without it, the pack that this file lies in. Keys, policy and CA have to reach you by another way than the
pack. This file checks files, seal, keys and certificates; its second half, verify_ledger.py, the inside of the ledger, witnesses, and what
--deep asks for: it is taken from beside this file or from the pack, and run only if it is the one this file names. `openssl` (3.0 or
later) checks certificates, timestamps and passkeys. Exit code: 0 all holds, 1 something was changed, is missing or wrongly signed,
2 not a pack, 3 intact, but trust is incomplete. SPEC.md lists the codes. No code is shared with the program that makes packs.
"""
from __future__ import annotations
import argparse, base64, contextlib, hashlib, json, os, re, ssl, stat, subprocess, sys, tempfile, unicodedata, zipfile, zlib
from datetime import datetime, timezone
from typing import Any, Iterator

SECOND_HALF = "8f80ddf78ac9b9054b5adead5446e4b916028f8f0eb290e7f7bcb1a5ac5388b9"  # SHA-256 of verify_ledger.py
OPEN, ALGORITHMS, LIMIT = "undetermined", ("sha256", "sha512"), 64 << 20
STATEMENT, NOTE, REDACTION = "seal/statement.json", "seal/statement.json.note", "seal/redaction.json"
CHECKPOINT, STAMP = "data/ledger/checkpoint", "seal/checkpoint.tsr"
KIND, MARKERS = "lotproof.org/evidence-pack/v", ("bagit.txt", STATEMENT, "tagmanifest-sha256.txt")
TOPS = ("tagmanifest-sha256.txt", "tagmanifest-sha512.txt")
REQUIRED = ("bagit.txt", "bag-info.txt", "README.txt", "manifest-sha256.txt", "manifest-sha512.txt", *TOPS)
IN_SEAL = r"(?s)seal/(statement\.json(\.note|(\.[2-9])?\.p7s(\.tsr)?)?|checkpoint\.tsr|redaction\.json(\.note)?|(trust|renewals)/.+)"
RENEWAL = r"(seal/renewals/[^/]+/)list\.(sha512|sha3-512)"
UNSAFE = r"(^|/)\.{0,2}(/|$)|^[A-Za-z]:|[\\\x00\ud800-\udfff]"
CMS = ["cms", "-verify", "-cades", "-binary", "-inform", "DER", "-purpose", "any", "-no-CApath", "-no-CAstore", "-content"]
TS, DETACHED = ["ts", "-verify", "-data"], bytes.fromhex("300b06092a864886f70d010701")  # the second: what a detached CMS says it is over
P, ORDER = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493  # of Ed25519, as is D
D = -121665 * pow(121666, P - 2, P) % P
NIST, EC, RSA = rb"\x06\x09\x60\x86H\x01\x65\x03\x04\x02", rb"\x06\x08\x2a\x86H\xce=\x04\x03", rb"\x06\x09\x2a\x86H\x86\xf7\x0d\x01\x01"
FORM = rb"\x31.\x30.%b%c(\x05\0)?\x30.+%b%c(\x05\0)?\xa0.+(%b%c\x04.|%b[\x01\x0a%c](\x05\0|\x30.+)\x04\x82)"  # hash, signer's, signature
SIGNER = re.compile(b"|".join(FORM % (NIST, n, NIST, n, EC, n + 1, RSA, n + 10) for n in (1, 2, 3)), re.DOTALL)
CERTIFICATE = re.compile(rb"(?=\x30\x82(..)\x30(?:\x82..|\x81.)\xa0\x03\x02\x01[\x01\x02](.{32}))", re.DOTALL)  # then its serial number
MALFORMED = (ValueError, LookupError, TypeError, AttributeError, RecursionError, zlib.error)
ZIPPED = (zipfile.BadZipFile, RuntimeError, EOFError, OSError, *MALFORMED)

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
            self.need(False, code, where, f"{where if isinstance(where, str) else f'Entry {where}'} is not as it has to be: {error}.")

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

def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()
def is_text(value: Any) -> bool:
    return isinstance(value, str) and value != ""
def write_base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
def read_base64(text: Any, url: bool = False) -> bytes:
    """Read the one spelling that is allowed: with padding, or for `url` with - and _ and none."""
    plain = text.translate({45: 43, 95: 47, 43: 45, 47: 95, 61: 33}) + "=" * (-len(text) % 4) if url else text
    data = base64.b64decode(plain.encode("ascii"), validate=True)
    require(write_base64(data) == plain, "this is not the base64 that it has to be")
    return data

def read_json(data: bytes) -> Any:
    """Read JSON under the profile in SPEC.md."""
    def number(text: str) -> int:
        require(re.fullmatch("-?[0-9]{1,16}", text) and abs(int(text)) < 2**53, f"{text[:40]} is no integer that every reader keeps")
        return int(text)
    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        require(len(dict(pairs)) == len(pairs) and all(name.isascii() for name, _ in pairs), "a name is there twice or not ASCII")
        return dict(pairs)
    def check(value: Any, depth: int) -> None:
        good = not isinstance(value, str) or unicodedata.is_normalized("NFC", value.encode().decode())
        require(good and depth < 65, "a text is not in Unicode NFC, or there are too many levels")
        for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            check(one, depth + 1)
    value = json.loads(data.decode(), object_pairs_hook=members, parse_int=number, parse_float=number, parse_constant=number)
    check(value, 0)
    return value

def read_time(text: str) -> datetime:
    require(re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z", text), "a time is not UTC, YYYY-MM-DDTHH:MM:SSZ")
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S%z")

def read_key(line: str, kind: int = 1) -> tuple[str, bytes, bytes]:
    """Read a vkey: kind 1 is an Ed25519 key of a log, 4 that of a witness. Give name, id and key."""
    name, key_id, text = ([*line.strip().split("+", 2), "", ""])[:3]
    raw = read_base64(text)
    made = sha256(name.encode() + b"\n" + raw)[:4]
    require(re.fullmatch(r"[^\s+\x00-\x1f\x7f]+", name) and len(raw) == 33 and raw[0] == kind, f"{line[:80]!r} is not an Ed25519 vkey")
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

def signed_by(key: Any, text: str, lines: Any) -> bool:
    marks = [line[2] for line in lines if line[:2] == key[:2]]
    return marks != [] and all(ed25519_verify(key[2], text.encode(), mark) for mark in marks)

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
    """The plain files of a folder or a zip: path to size, and their content. `work` is a folder for what openssl is to read."""
    def __init__(self, path: str, step: Step, work: str, trust: Any) -> None:
        self.root, self.step, self.work, self.trust, self.zip = path, step, work, trust, None  # type: str, Step, str, Any, Any
        self.sizes, self.withheld, self.members = {}, {}, {}  # type: dict[str, int], dict[str, int], dict[str, Any]
        self.list_folder() if os.path.isdir(path) else self.list_zip()
        if not {*self.sizes} & {*MARKERS}:
            raise Bad(f"{path} is not an evidence pack: it has none of {', '.join(MARKERS)}.")

    def list_folder(self) -> None:
        found = {}
        for full in sorted(os.path.join(folder, name) for folder, folders, files in os.walk(self.root) for name in folders + files):
            mode, name = os.lstat(full).st_mode, os.path.relpath(full, self.root).replace(os.sep, "/")
            found.update({name: os.path.getsize(full)} if self.plain(name, mode) else {})
        self.sizes = {name: found[name] for name in self.screen(found)}

    def plain(self, name: str, mode: int) -> bool:
        code = "symlink" if stat.S_ISLNK(mode) else "" if stat.S_IFMT(mode) in (0, stat.S_IFREG, stat.S_IFDIR) else "special-file"
        return self.allow(name, code) and not stat.S_ISDIR(mode)

    def allow(self, name: str, code: str) -> bool:
        name = name.encode("utf-8", "backslashreplace").decode()
        return self.step.need(not code, code, name, f"{name!r} is not allowed in a pack ({code}).")

    def screen(self, names: Any) -> Iterator[str]:
        """Give the names that may be opened; take down those that another file system would read as another place or name."""
        taken, folded = set(), {}  # type: set[str], dict[str, str]
        for name in names:
            if self.allow(name, "name-unsafe" if re.search(UNSAFE, name) else "name-duplicate" if name in taken else ""):
                taken.add(name)
                starts = [name[: at.start()] for at in re.finditer("/|$", name)]
                alone = all(folded.setdefault(unicodedata.normalize("NFC", start).casefold(), start) == start for start in starts)
                self.allow(name, "" if unicodedata.is_normalized("NFC", name) else "name-nfc")
                self.allow(name, "" if alone else "name-case")
                yield name

    def list_zip(self) -> None:
        try:
            self.zip = zipfile.ZipFile(self.root)
        except (zipfile.BadZipFile, ValueError, NotImplementedError, FileNotFoundError) as error:
            raise Bad(f"{self.root} is neither a folder nor a zip that can be read ({error}).") from None
        infos, end, found = self.zip.infolist(), 0, {}  # type: Any, int, dict[str, Any]
        for name in [info.orig_filename[:-1] for info in infos if info.orig_filename.endswith("/")]:
            list(self.screen([name]))
        infos = [info for info in infos if not info.orig_filename.endswith("/")]
        safe = {*self.screen([info.orig_filename for info in infos])}
        for info in sorted(infos, key=lambda info: info.header_offset):
            name = info.orig_filename
            if self.plain(name, info.external_attr >> 16) and name in safe:
                found.setdefault(name, info)
            self.allow(name, "zip-overlap" if info.header_offset < end else "")
            end = info.header_offset + 30 + len(name) + info.compress_size
        tops = ["", *sorted({name.split("/")[0] + "/" for name in found})]
        top = next((top for top in tops if any(top + marker in found for marker in MARKERS)), "")
        for name, info in found.items():
            if self.allow(name, "" if name.startswith(top) else "zip-outside"):
                self.sizes[name[len(top) :]], self.members[name[len(top) :]] = info.file_size, info
                info.file_size += 1  # zipfile stops at the declared size; one byte more is enough to see a longer content

    def chunks(self, path: str) -> Iterator[bytes]:
        if path not in self.sizes:
            raise Bad("missing-file", path, f"{path} is missing.")
        left, trouble = self.sizes[path], ZIPPED if self.zip else ()  # type: int, Any
        try:
            require(not self.zip or self.members[path].compress_type in (0, 8), "its compression is not allowed")
            with self.zip.open(self.members[path]) if self.zip else open(os.path.join(self.root, path), "rb") as stream:
                for chunk in iter(lambda: stream.read(1 << 16), b""):
                    left -= len(chunk)
                    yield chunk
            require(not left, "it is longer or shorter than declared")
        except trouble as error:
            raise Bad("zip-member", path, f"{path} is not as the zip declares it ({error}).") from None

    def read(self, path: str) -> bytes:
        if self.sizes.get(path, 0) > LIMIT:
            raise Bad("too-large", path, f"{path} has more than {LIMIT} bytes and was not read.")
        return b"".join(self.chunks(path))

    def lay(self, name: str, data: bytes) -> str:
        """Write what openssl is to read; give its place."""
        with open(os.path.join(self.work, name), "wb") as stream:
            stream.write(data)
        return os.path.join(self.work, name)

def openssl(*command: str) -> Any:
    try:
        return subprocess.run(["openssl", *command], capture_output=True, check=False)
    except FileNotFoundError:
        raise Bad("no-openssl", None, "There is no openssl program here to check certificates and passkeys with.", OPEN) from None

def vouched(pack: Pack, check: list[str], data: bytes, about: bytes, at: Any = None) -> tuple[str, Any]:
    """Have openssl check a signature or timestamp over `about`: whether it holds, then whether its certificate leads to the CA as of
    `at`, by default the time of the timestamp. Give "" or why not ("bad", "no-ca", "time", "unknown"), and the time."""
    found = [data[start.start() :][: 4 + int.from_bytes(start.group(1), "big")] for start in CERTIFICATE.finditer(data)]
    named = [one for one in found if any(hashlib.new(name, one).digest() in data for name in ("sha1", *ALGORITHMS))]
    whole = len(data) == 2 + data[1] % 128 + int.from_bytes(data[2 : 2 + data[1] % 128], "big") and (check is not CMS or DETACHED in data)
    if not (whole and named and SIGNER.search(data)):  # openssl minds neither what follows nor, by themselves, the names of these
        return "bad", None
    name, own = pack.lay("signature", data), pack.lay("own.pem", "".join(map(ssl.DER_cert_to_PEM_cert, named)).encode())
    command = [*check, pack.lay("about", about), "-in", name, "-partial_chain", "-CAfile"]
    if openssl(*command, own, "-no_check_time").returncode:
        return "bad", None
    time = re.search(rb"\nTime stamp: (\w+ +\d+ \d\d:\d\d:\d\d)[.\d]* (\d{4}) GMT", openssl("ts", "-reply", "-text", "-in", name).stdout)
    moment = datetime.strptime(b" ".join(time.groups()).decode() + "+0000", "%b %d %H:%M:%S %Y%z") if time else None
    if not pack.trust.ca:
        return "no-ca", moment
    done = openssl(*command, str(pack.trust.ca), "-attime", str(int((at or moment or pack.trust.at).timestamp())))
    return "" if not done.returncode else "time" if re.search(b"expired|not yet valid", done.stderr) else "unknown", moment

def check_seal(step: Step, pack: Pack, allow_unsealed: bool) -> dict[str, Any]:
    """Check statement and signatures; give what the statement says, empty when there is none."""
    said, data = {}, b""  # type: dict[str, Any], bytes
    for path in [path for path in pack.sizes if path.startswith("seal/") and not re.fullmatch(IN_SEAL, path)]:
        step.need(False, "seal-file", path, f"{path} does not belong into the seal; no signature covers it.")
    for path in [path for path in (STATEMENT, NOTE) if path not in pack.sizes][:1]:
        step.need(False, "missing-seal", path, f"{path} is missing: nothing vouches for the pack.", OPEN if allow_unsealed else "failed")
    with step.catch("bad-statement", STATEMENT):
        data = pack.read(STATEMENT) if STATEMENT in pack.sizes else b""
        said = read_statement(read_json(data)) if STATEMENT in pack.sizes else {}
    if not step.need(not said.get("newer"), "newer-format", STATEMENT, "The format is newer than this program.", OPEN):
        return said
    if NOTE in pack.sizes:
        with step.catch("bad-note", NOTE):
            check_note(step, pack, NOTE, f"{KIND}1", said, data)
    for path in [f"seal/{name}" for name in said.get("parts", []) if f"seal/{name}" not in (*pack.sizes, NOTE)]:
        step.need(False, "missing-seal", path, f"{path} is missing, and the statement says that it is part of the seal.")
    for path in [path for path in pack.sizes if path.startswith("seal/trust/") and said]:
        with step.catch():
            step.need(is_copy(pack, path, said["trust"]), "trust-copy", path, f"{path} is not the copy that the seal was made with.")
    check_outside(step, pack)
    if REDACTION in pack.sizes:
        with step.catch("bad-redaction", REDACTION):
            redaction = read_json(pack.read(REDACTION))
            withheld = {item["path"]: item["size"] for item in redaction["withheld"]}
            good = all(path.startswith("data/") and path not in pack.sizes and type(size) is int for path, size in withheld.items())
            good = good and isinstance(redaction["withheld"], list) and REDACTION + ".note" in pack.sizes
            require(good, "it is not signed, or lists what it cannot withhold")
            check_note(step, pack, REDACTION + ".note", "lotproof.org/redaction/v1", said, pack.read(REDACTION))
            pack.withheld = withheld
            who = f"{redaction.get('by')} withheld {len(withheld)} files of this copy: {redaction.get('reason')}"
            step.notes += [who, *(f"{path} was withheld by the sender." for path in withheld)]
    return said

def is_copy(pack: Pack, path: str, named: Any) -> bool:
    """Whether it is the copy that the statement names; the first packs name none: there it has to be the key that signed."""
    if named is not None:
        return bool(named.get(path[11:]) == sha256(pack.read(path)).hex())
    with contextlib.suppress(Bad, *MALFORMED):
        key = read_key(pack.read(path).decode("utf-8", "replace"))
        return path == "seal/trust/log.vkey" and signed_by(key, *read_note(pack.read(NOTE)))
    return False

def read_statement(document: Any) -> dict[str, Any]:
    kind, predicate, root = document["predicateType"], document["predicate"], document["predicate"]["ledger"]
    good = document["_type"] == "https://in-toto.io/Statement/v1" and re.fullmatch(f"https://{KIND}[1-9][0-9]*", kind, re.ASCII)
    require(good and is_text(predicate["pack"]), "it is no in-toto Statement v1 about an evidence pack, or has no pack id")
    require(type(root["size"]) is int and "\n" not in root["origin"] + root["root"], "it does not name the head of the ledger")
    seal = predicate["seal"] if isinstance(predicate.get("seal"), dict) else {}
    parts, copies, head = seal.get("parts", []), seal.get("trust", {}), read_head(f"{root['origin']}\n{root['size']}\n{root['root']}\n")
    require(isinstance(parts, list) and isinstance(copies, dict), "it does not list the parts of the seal")
    seal = {"parts": parts, "trust": copies if "seal" in predicate else None}
    return {**predicate, **head, **seal, "subject": document.get("subject"), "newer": kind != f"https://{KIND}1"}

def check_note(step: Step, pack: Pack, path: str, header: str, said: dict[str, Any], about: bytes) -> None:
    """Check a note over three lines: header, pack id and SHA-256 of what it signs."""
    good = read_note(pack.read(path))[0] == f"{header}\n{said.get('pack')}\n{sha256(about).hex()}\n"
    step.need(good, "note-differs", path, f"{path} was made for something else than it lies beside.")
    judge(step, path, pack.read(path), pack.trust, said.get("origin"))

def check_outside(step: Step, pack: Pack) -> None:
    """Check what others vouch for: the latest renewal as of now, each other thing as of the time that the next one proves."""
    def check(command: list[str], path: str, about: str, at: datetime) -> Any:
        name, worse = ("timestamp", OPEN) if command is TS else ("signature", "failed")
        with step.catch("bad-" + name, path):
            why, moment = vouched(pack, command, pack.read(path), pack.read(about), at)
            step.need(why != "bad", "bad-" + name, path, f"{path}: the {name} does not hold, or is not over {about}.")
            step.need(why != "no-ca", "no-ca", path, f"{path} holds, but whose it is is open, because no CA was given.", OPEN)
            step.need(why != "time", "certificate-time", path, f"{path}: the certificate was not valid on {at:%Y-%m-%d}.", OPEN)
            step.need(why != "unknown", "unknown-ca", path, f"{path}: its certificate does not come from the CA that was given.", worse)
            return None if why else moment
        return None
    at, signed = pack.trust.at, sorted(path for path in pack.sizes if path.startswith("seal/") and path.endswith(".p7s"))
    for path in sorted((path for path in pack.sizes if re.fullmatch(RENEWAL, path)), reverse=True):
        at = check(TS, path + ".tsr", path, at) or at
    for path in signed:
        check(CMS, path, STATEMENT, (check(TS, path + ".tsr", path, at) if path + ".tsr" in pack.sizes else None) or at)
    if STAMP in pack.sizes:
        check(TS, STAMP, CHECKPOINT, at)
    timed = [path for path in pack.sizes if path.startswith("seal/") and path.endswith(".tsr")]
    for part, there, lack in (("certificate", signed, "who made the pack"), ("timestamp", timed, "when it was made")):
        step.need(there or not pack.trust.ca, f"no-{part}", STATEMENT, f"A CA was given, but the seal has no {part}.", OPEN)
        step.notes += [] if there else [f"The seal has no {part} of a third party: {lack} is the word of the log's key alone."]

def check_fixity(step: Step, pack: Pack, said: dict[str, Any], deep: bool) -> None:
    """Statement -> tag manifests -> tag files and manifests -> payload; nothing missing, nothing unlisted."""
    renewals = sorted(match.groups() for match in map(re.compile(RENEWAL).fullmatch, pack.sizes) if match)
    others, there, digests = {name for _, name in renewals} - {*ALGORITHMS}, {*pack.sizes}, {}  # type: set[str], set[str], Any
    for path in pack.sizes:
        names = [*ALGORITHMS, *others] if deep or others or not path.startswith("data/") else ["sha256"]
        hashes = {name: hashlib.new(name.replace("-", "_")) for name in names}
        with step.catch():
            for chunk in pack.chunks(path):
                for running in hashes.values():
                    running.update(chunk)
            digests[path] = {name: running.hexdigest() for name, running in hashes.items()}
    step.notes += [] if deep else ["The payload was hashed with SHA-256; --deep checks its SHA-512 as well."]
    payload, seal = {path for path in there if path.startswith("data/")}, {path for path in there if path.startswith("seal/")}
    tags = there - payload - seal - {*TOPS}
    lists = [(f"{kind}manifest-{name}.txt", name, scope) for kind, scope in (("tag", tags), ("", payload)) for name in ALGORITHMS]
    for folder, name in renewals:
        before = {path for path in seal if path < folder or not path.startswith("seal/renewals/")}
        own = {path for path in seal if path.startswith(folder) and "/list." not in path}
        lists += [(f"{folder}list.{name}", name, own | {path for path in before if not path.startswith(REDACTION)} | {TOPS[1]})]
        lists += [(f"{folder}manifest-{name}.txt", name, payload)]
    for manifest, name, scope in [one for one in lists if one[0] in there]:
        compare(step, pack, manifest, name, scope, digests)
    for path in [path for path in REQUIRED if path not in there]:
        step.need(False, "missing-file", path, f"{path} is missing.")
    subject: Any = said.get("subject") if isinstance(said.get("subject"), list) else []
    step.need(not said or len(subject) == len(TOPS), "subject", STATEMENT, "The statement does not name each tag manifest once.")
    for path in TOPS if said else ():
        with step.catch("subject", STATEMENT):
            (digest,) = [item["digest"] for item in subject if item["name"] == path]
            require(all(is_text(digest[name]) for name in ALGORITHMS), f"it does not name {path} with both digests")
            good = path not in digests or all(digest[name] == digests[path][name] for name in ALGORITHMS)
            step.need(good, "digest", path, f"{path} is not the file that was sealed.")
    with step.catch():
        good = pack.read("bagit.txt") == b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
        step.need(good, "bagit-version", "bagit.txt", "bagit.txt does not declare BagIt 1.0 in UTF-8.")
    with step.catch():
        sizes = [size for path, size in {**pack.withheld, **pack.sizes}.items() if path.startswith("data/")]
        info, oxum = pack.read("bag-info.txt").decode("utf-8", "replace").split("\n"), f"{sum(sizes)}.{len(sizes)}"
        for label, value, code in (("Payload-Oxum", oxum, "oxum"), ("External-Identifier", said.get("pack"), "pack-id")):
            good = value is None or [line for line in info if line.startswith(label + ": ")] == [f"{label}: {value}"]
            step.need(good, code, "bag-info.txt", f"{label} in bag-info.txt is not {value}.")

def compare(step: Step, pack: Pack, manifest: str, name: str, scope: set[str], digests: Any) -> None:
    """Check one manifest: what is listed is there with its digest, what is there is listed."""
    listed, width = {}, hashlib.new(name.replace("-", "_")).digest_size * 2  # type: dict[str, str], int
    with step.catch():
        *lines, rest = b"".join(pack.chunks(manifest)).decode("utf-8", "replace").split("\n")
        for line in lines + [rest] * bool(rest):
            match = re.fullmatch(rf"(?s)([0-9a-fA-F]{{{width}}})[ \t]+(.+)", line)
            path = re.sub("%(0[AaDd]|25)", lambda code: chr(int(code.group(1), 16)), match.group(2)) if match else ""
            good = match and not re.search(UNSAFE, path) and path not in listed
            step.need(good, "bad-manifest", manifest, f"{manifest} has a malformed or repeated line.")
            listed.update({path: match.group(1).lower()} if match and good else {})
    for path in sorted({*listed} | scope):
        if path not in pack.sizes:
            step.need(path in pack.withheld, "missing-file", path, f"{path} is missing; {manifest} lists it.")
        elif step.need(path in listed, "unlisted-file", path, f"{path} is not listed in {manifest}."):
            step.need(path in scope, "bad-manifest", manifest, f"{manifest} lists {path}, which it must not cover.")
            good = path not in scope or digests.get(path, {}).get(name, listed[path]) == listed[path]
            step.need(good, "digest", path, f"{path} was changed: its {name} is not that of {manifest}.")

def check_checkpoint(step: Step, pack: Pack, said: dict[str, Any]) -> dict[str, Any]:
    """Check the head of the ledger; give its size and root, those of the statement when it cannot be read."""
    with step.catch("bad-checkpoint", CHECKPOINT):
        data = pack.read(CHECKPOINT)
        head = read_head(read_note(data)[0])
        good = not said or all(head[name] == said[name] for name in head)
        step.need(good, "checkpoint-differs", CHECKPOINT, f"{CHECKPOINT} is not the head that the statement names.")
        judge(step, CHECKPOINT, data, pack.trust, head["origin"])
        return head
    return said

def load_ledger(pack: Pack) -> Any:
    """Load verify_ledger.py, which uses what is above; None where neither beside this file nor in the pack lies the one named above."""
    beside, module = os.path.join(os.path.dirname(os.path.abspath(__file__)), "verify_ledger.py"), type(sys)("verify_ledger")
    vars(sys.modules.setdefault("verify", type(sys)("verify"))).update(globals())
    for inside in (False, True):
        with contextlib.suppress(OSError, Bad):
            code = pack.read("verify/verify_ledger.py") if inside else open(beside, "rb").read()
            if sha256(code).hex() == SECOND_HALF:
                exec(compile(code, "verify_ledger.py", "exec"), vars(module))  # not imported: that would leave a cache in the pack
                return module
    return None

def run(pack: Pack, steps: list[Step], inside: Any, allow_unsealed: bool, deep: bool) -> dict[str, Any]:
    said = check_seal(steps[1], inside.link(pack) if inside else pack, allow_unsealed)
    if said.get("newer"):
        del steps[2:]
        return said
    check_fixity(steps[2], pack, said, deep)
    head = check_checkpoint(steps[3], pack, said)
    if inside:
        inside.check(steps, pack, said, head)
    for step in [] if inside else steps[3 if pack.trust.policy else 4 :]:
        step.need(False, "not-checked", None, f"The {step.name} is not checked without this program's own verify_ledger.py.", OPEN)
    return said

def verify(path: str, keys: Any, allow_unsealed: bool = False, ca: Any = None, at: Any = None, policy: Any = None,
           deep: bool = False) -> dict[str, Any]:  # fmt: skip
    """Run all steps; give the report as a JSON document. `ca` is a file, `at` a UTC time, `policy` the text of a tlog-policy."""
    names = ["open", "seal", "fixity", "checkpoint", "ledger", "statements"] + ["deep"] * deep
    steps, said, code = [Step(name) for name in names], {}, 0  # type: list[Step], dict[str, Any], int
    try:
        moment = read_time(at) if at else datetime.now(timezone.utc)
        trust = argparse.Namespace(ca=ca, at=moment, policy=policy, keys=[*map(read_key, keys)])
        require(not ca or b"-----BEGIN CERTIFICATE-----" in open(ca, "rb").read(), "the CA is no PEM certificate")
        with tempfile.TemporaryDirectory() as work:
            pack = Pack(path, steps[0], work, trust)
            inside = load_ledger(pack)
            trust.policy = inside.read_policy(policy) if inside and policy is not None else policy
            trust.keys += getattr(trust.policy, "logs", ())
            said = run(pack, steps, inside, allow_unsealed, deep)
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
    parser.add_argument("--policy", help="a C2SP tlog-policy: logs, witnesses, and which of them must have cosigned")
    parser.add_argument("--ca", help="a PEM file with the certificates to trust")
    parser.add_argument("--at", help="judge as of this time, YYYY-MM-DDTHH:MM:SSZ, instead of now")
    parser.add_argument("--deep", action="store_true", help="also check SHA-512 of the payload, each block of the bulk files, and the PDF")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--allow-unsealed", action="store_true", help="a missing seal is undetermined, not failed")
    options = parser.parse_args()
    texts = [open(key, encoding="utf-8").read() if os.path.isfile(key) else key for key in options.key]
    keys = [line for text in texts for line in (text.splitlines() or [""]) if text == "" or (line.strip() and line.strip()[0] != "#")]
    policy = open(options.policy, encoding="utf-8").read() if options.policy else None
    report = verify(options.pack, keys, options.allow_unsealed, options.ca, options.at, policy, options.deep)
    for step in [] if options.json else report["steps"]:
        told = [f"{p['code']}: {p['sentence']}" for p in step["problems"]] + step["notes"]
        print("\n               ".join([f"{step['status']:12} {step['name']}", *told]))
    print(json.dumps(report, indent=2) if options.json else report["verdict"])
    return int(report["exit_code"])

if __name__ == "__main__":
    sys.exit(main())

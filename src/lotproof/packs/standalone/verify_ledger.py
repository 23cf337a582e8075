"""The second half of verify.py, which loads it: who cosigned the ledger's head (--policy); entries, tiles and root, streams, keys, times,
signatures of persons; statements of the report, audit trail, proofs; with --deep, the blocks of the bulk files and the PDF.
"""
from __future__ import annotations
import argparse
import contextlib
import json
import re
import zlib
from typing import Any, Iterator
from urllib.parse import urlsplit
from verify import (
    CERTIFICATE, CHECKPOINT, CMS, LIMIT, MALFORMED, NOTE, OPEN, REDACTION, STATEMENT, TS, Bad, Pack, Step, ed25519_verify, is_text,
    openssl, read_base64, read_head, read_json, read_key, read_note, read_time, require, sha256, signed_by, vouched,
    write_base64,
)  # fmt: skip

TOLERANCE, LATE, SHOWN = 300, 24 * 3600, 20  # seconds that clocks may differ; seconds after which an entry is late; late ones named
LOG, STATEMENTS, SEGMENTS = "data/ledger/", "data/statements.json", "data/segments.json"
AUDIT, REPORT, PRINTED = "data/audit/audit.ndjson", "data/report/report.pdf", "data/signatures.json"
PROOF = r"data/proofs/(0|[1-9][0-9]{0,18})\.tlog-proof"
FACTS, PASSKEY = ("printed_name", "meaning", "time_utc", "tz"), ("credential", "public_key", "rp_id", "user_id")
P256, EDWARDS = bytes.fromhex("2a8648ce3d030107"), bytes.fromhex("302a300506032b6570032100")  # in public keys in DER

def check(steps: list[Step], pack: Pack, said: dict[str, Any], head: dict[str, Any]) -> None:
    """Check all that is inside; `steps` are those of verify.py, `head` is origin, size and root of the ledger."""
    if pack.trust.policy:
        with contextlib.suppress(Bad, *MALFORMED):  # what is malformed was taken down
            read_head(read_note(pack.read(CHECKPOINT))[0])
            judge_witnesses(steps[3], CHECKPOINT, pack.read(CHECKPOINT), pack.trust.policy)
    check_retired(steps[3], pack, said)
    check_revoked(steps[1], pack)
    ledger = Ledger(steps[4], pack, head) if head else None
    for step, where in ((steps[4], LOG), (steps[5], STATEMENTS)):
        step.need(head, "not-checked", where, "Not checked: the size and root of the ledger are unknown.", OPEN)
    if ledger:
        with steps[4].catch():
            ledger.check(said)
        steps[4].notes += ledger.notes()
        check_statements(steps[5], pack, ledger)
    for step in steps[6:]:
        check_deep(step, pack, ledger, said)

def link(pack: Pack) -> Pack:
    """Count the keys that a given key handed over to, or that handed over to it. Hand-overs are signed by themselves: no root is needed."""
    keys, pack.trust.handovers = pack.trust.keys, []
    with contextlib.suppress(Bad, *MALFORMED):  # what cannot be read is taken down later
        head = read_head(read_note(pack.read(CHECKPOINT))[0])
        ledger, history = Ledger(Step("keys"), pack, head), KeyHistory(head["origin"])
        pack.trust.handovers = history.handovers
        for index in range(ledger.size):
            if b"log-key" in ledger.entry(index):
                with contextlib.suppress(*MALFORMED):
                    history.add(index, read_entry(ledger.entry(index)))
    for _, *pair in [*pack.trust.handovers, *reversed(pack.trust.handovers)]:
        keys += [key for key in pair if key not in keys] if pair[0] in keys or pair[1] in keys else []
    return pack

class KeyHistory:
    """The keys of the log itself, each of which hands over to the next by a note that both sign."""
    def __init__(self, origin: str) -> None:
        self.origin, self.current, self.handovers = origin, None, []  # type: str, Any, list[Any]

    def add(self, index: int, entry: dict[str, Any]) -> None:
        """Take the next entry; raises ValueError where it is a hand-over that does not hold."""
        body = entry["body"] if (entry["kind"], entry["stream"]) == ("key", "log") and isinstance(entry["body"], dict) else {}
        if body.get("type") == "log-key" and self.current is None:
            self.current = read_key(body["vkey"])
        if body.get("type") == "log-key-handover":
            old, new, (text, lines) = read_key(body["retires"]), read_key(body["vkey"]), read_note(body["note"].encode())
            good = text == f"lotproof.org/log-key-handover/v1\n{body['retires'].strip()}\n{body['vkey'].strip()}\n{index}\n"
            require(good and {old[0], new[0]} == {self.origin}, "it is another hand-over than the one that is signed, or of another log")
            require(signed_by(old, text, lines) and signed_by(new, text, lines), "it is not signed by both keys")
            require(self.current in (None, old), "it is by another key than the one that signed then")
            require(new != old and all(new != one[1] for one in self.handovers), "it is to a key that was in use before")
            self.current = new
            self.handovers.append((index, old, new))

def check_retired(step: Step, pack: Pack, said: dict[str, Any]) -> None:
    """A key that handed over signs no larger head than the one that ends with the hand-over."""
    for path in (NOTE, REDACTION + ".note", CHECKPOINT):
        with contextlib.suppress(Bad, *MALFORMED):  # what is malformed was taken down
            text, lines = read_note(pack.read(path))
            size = read_head(text)["size"] if path == CHECKPOINT else said["size"]
            for index, old, _ in pack.trust.handovers:
                good = old not in pack.trust.keys or size <= index + 1 or not signed_by(old, text, lines)
                step.need(good, "retired-key", path, f"{path} is signed by a key of {old[0]} that handed over to another in entry {index}.")

def check_revoked(step: Step, pack: Pack) -> None:
    """Leave open what a list of revoked certificates in the pack names: when, why and by whom they were revoked is not judged here."""
    named: set[int] = set()
    with step.catch():
        for path in [path for path in pack.sizes if path.startswith("seal/trust/crls/") and pack.trust.ca]:
            for form in ("PEM", "DER"):
                told = openssl("crl", "-noout", "-text", "-inform", form, "-in", pack.lay("crl", pack.read(path))).stdout
                named |= {int(serial, 16) for serial in re.findall(rb"Serial Number: ([0-9A-F]+)", told)}
        for path in [path for path in pack.sizes if re.fullmatch(r"seal/.*\.(p7s|tsr)", path) and named]:
            serials = [found.group(2) for found in CERTIFICATE.finditer(pack.read(path))]
            good = not named & {int.from_bytes(one[2 : 2 + one[1]], "big") for one in serials}
            sentence = f"A list of revoked certificates names one of {path}; whether it stands is for lotproof verify to judge."
            step.need(good, "not-checked", path, sentence, OPEN)

def dumps(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
def seconds(text: str) -> int:
    return int(read_time(text).timestamp())

def read_policy(text: str) -> argparse.Namespace:
    """Read a C2SP tlog-policy: keys of logs, witnesses and groups by their names, and the quorum."""
    logs, witnesses, groups, quorums, used = [], {}, {}, [], {"none"}  # type: Any, Any, Any, list[str], set[str]
    for line in text.split("\n"):
        word, *rest = [part for part in re.split("[ \t]+", line) if part] or ["#"]
        name, known, members = "".join(rest[:1]), {*witnesses, *groups, "none"}, rest[2:]
        if word[0] == "#":
            continue
        require(not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", line), f"the policy has a control character in {line[:60]!r}")
        if word == "log" and len(rest) in (1, 2):
            logs.append(read_key(name))
        elif word == "witness" and len(rest) in (2, 3) and name not in known:
            witnesses[name] = read_key(rest[1], 4)
        elif word == "group" and members and name not in known and re.fullmatch("all|any|[1-9][0-9]{0,3}", rest[1]):
            groups[name] = {"all": len(members), "any": 1}.get(rest[1]) or int(rest[1]), members
            require(groups[name][0] <= len(members) == len({*members} & known - used), f"the group {name} of the policy cannot be")
            used |= {*members}
        else:
            require(word == "quorum" and len(rest) == 1 and name in known, f"the policy cannot have the line {line[:60]!r}")
            quorums.append(name)
    alone = all(len({key[2] for key in keys}) == len(keys) for keys in (logs, witnesses.values()))
    require(len(quorums) == 1 and alone, "the policy has not exactly one quorum line, or one key twice")
    return argparse.Namespace(logs=logs, witnesses=witnesses, groups=groups, quorum=quorums[0])

def judge_witnesses(step: Step, where: str, data: bytes, policy: Any) -> None:
    """Take down which witnesses cosigned (C2SP tlog-cosignature), and whether they are the quorum."""
    (text, lines), cosigned = read_note(data), {"none": True}
    for name, key in policy.witnesses.items():
        for *_, mark in [line for line in lines if line[:2] == key[:2]]:
            time = int.from_bytes(mark[:8], "big")
            good = len(mark) == 72 and time < 2**63 and ed25519_verify(key[2], f"cosignature/v1\ntime {time}\n{text}".encode(), mark[8:])
            step.need(good, "bad-signature", where, f"The cosignature by {key[0]} in {where} does not hold.")
            cosigned[name] = good and cosigned.get(name, True)

    def holds(name: str) -> bool:
        count, members = policy.groups.get(name, (1, ()))
        return cosigned.get(name, False) or sum(map(holds, members)) >= count
    step.need(holds(policy.quorum), "no-quorum", where, f"{where} lacks cosignatures for the quorum {policy.quorum}.", OPEN)

def leaf_hash(data: bytes) -> bytes:
    return sha256(b"\x00" + data)

class Tree:
    """The tree of RFC 6962 section 2.1 over leaf hashes; large subtrees are kept, so that each further root costs little."""
    def __init__(self, leaves: Any = ()) -> None:
        self.leaves, self.kept = [*leaves], {}  # type: list[bytes], dict[tuple[int, int], bytes]

    def root(self, start: int, end: int) -> bytes:
        if end - start < 2 or (start, end) in self.kept:
            return self.kept.get((start, end)) or (self.leaves[start] if start < end else sha256(b""))
        middle = start + (1 << (end - start - 1).bit_length() - 1)
        node = sha256(b"\x01" + self.root(start, middle) + self.root(middle, end))
        self.kept.update({(start, end): node} if end - start > 255 else {})
        return node

def lead(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """Give the root to which an inclusion proof leads (RFC 6962 section 2.1.1)."""
    if size < 2:
        require(not path, "the proof is too long")
        return leaf
    *path, other = path
    half = 1 << (size - 1).bit_length() - 1
    if index < half:
        return sha256(b"\x01" + lead(leaf, index, half, path) + other)
    return sha256(b"\x01" + other + lead(leaf, index - half, size - half, path))

def tile_name(level: Any, index: int, width: int) -> str:  # C2SP tlog-tiles: groups of three digits, all but the last after an x
    number = re.sub(r"(\d{3})(?=\d)", r"x\1/", f"{index:0{-(-len(str(index)) // 3) * 3}}")
    return f"{LOG}tile/{level}/{number}" + (f".p/{width}" if width < 256 else "")

def read_entry(data: bytes) -> dict[str, Any]:
    entry: dict[str, Any] = {"body": None, **read_json(data)}
    v, seq, prev, kind, stream = (entry[name] for name in ("v", "seq", "prev", "kind", "stream"))
    require(b"\n" not in data and type(v) is int and v >= 1 and type(seq) is int and seq >= 1 and entry["actor"], "a member is malformed")
    require(is_text(kind) and re.fullmatch("[!-~]{1,200}", stream), "its kind or stream is malformed")
    require((prev is None) == (seq == 1) and (prev is None or len(read_base64(prev)) == 32), "its prev is malformed")
    read_time(entry["time"])
    return entry

class Ledger:
    """The entries in their order, and what the rules for the next one depend on."""
    def __init__(self, step: Step, pack: Pack, head: dict[str, Any]) -> None:
        self.step, self.pack, self.head, self.size, self.tree = step, pack, head, head["size"], Tree()  # type: Step, Pack, Any, int, Tree
        self.bundles, self.last, self.heads, self.records = {}, {}, {}, {}  # type: dict[int, list[bytes]], Any, Any, dict[str, int]
        self.sessions, self.passkeys, self.printed = {}, {}, []  # type: dict[str, str], dict[str, Any], list[Any]
        self.times, self.late, self.proved = [], [], None  # type: list[tuple[int, int]], list[str], int | None
        self.covered, self.anchors, self.keys = 0, 0, KeyHistory(head["origin"])

    def entry(self, index: int) -> bytes:
        """Give the bytes of an entry; raises Bad when its bundle is missing or malformed."""
        number, width = index // 256, min(256, self.size - index // 256 * 256)
        if number not in self.bundles:
            path, found, at = tile_name("entries", number, width), [], 0  # type: str, list[bytes], int
            bundle = self.pack.read(path)
            while at < len(bundle):
                start, at = at + 2, at + 2 + int.from_bytes(bundle[at : at + 2], "big")
                found.append(bundle[start:at])
            if at != len(bundle) or len(found) != width:
                raise Bad("bad-bundle", path, f"{path} breaks off or holds another number of entries than its name says.")
            self.bundles[number] = found
        return self.bundles[number][index % 256]

    def check(self, said: dict[str, Any]) -> None:
        """One pass over the entries: leaf hashes -> tiles -> root; streams, directory, times, signatures."""
        for index in range(self.size):
            data, self.last = self.entry(index), {}
            self.tree.leaves.append(leaf_hash(data))
            with self.step.catch("bad-entry", index):
                entry = self.last = read_entry(data)
                body = entry["body"] if isinstance(entry["body"], dict) else {}
                self.check_time(index, entry, body)
                self.check_people(index, entry, body, data)
                with self.step.catch("bad-handover", index):
                    self.keys.add(index, entry)
                self.check_stream(index, entry, body)
        self.check_tiles()
        if PRINTED in self.pack.sizes:
            with self.step.catch("signatures-differ", PRINTED):
                require(read_json(self.pack.read(PRINTED)) == {"signatures": self.printed}, "it prints others than the ledger has")
        if self.step.need(self.last.get("kind") == "directory", "no-directory", None, "The last entry is not a directory.") and said:
            self.check_end(said, self.last["body"].get("heads") if isinstance(self.last["body"], dict) else None)

    def check_stream(self, index: int, entry: dict[str, Any], body: dict[str, Any]) -> None:
        need, before = self.step.need, self.heads.get(entry["stream"], {"seq": 0, "leaf": None})
        need(entry["v"] == 1, "newer-entry", index, f"Entry {index} is of a newer version.", OPEN)
        need(entry["seq"] == before["seq"] + 1, "stream-seq", index, f"Entry {index}: a gap in its stream.")
        need(entry["prev"] == before["leaf"], "stream-prev", index, f"Entry {index} does not name the one before it in its stream.")
        good = entry["kind"] != "directory" or dumps(body.get("heads")) == dumps(self.heads)
        need(good, "directory-heads", index, f"Entry {index} does not name the heads of the streams before it.")
        self.heads[entry["stream"]] = {"seq": entry["seq"], "leaf": write_base64(self.tree.leaves[index])}

    def check_tiles(self) -> None:
        expected = {tile_name("entries", first // 256, min(256, self.size - first)) for first in range(0, self.size, 256)}
        for level in range(8):
            span, count = 256**level, self.size // 256**level
            for first in range(0, count, 256):
                hashes = [self.tree.root(at * span, (at + 1) * span) for at in range(first, min(first + 256, count))]
                path = tile_name(level, first // 256, len(hashes))
                expected.add(path)
                with self.step.catch():
                    good = self.pack.read(path) == b"".join(hashes)
                    self.step.need(good, "tile-differs", path, f"{path} does not hold the hashes of the entries.")
        for path in [path for path in self.pack.sizes if path.startswith(LOG + "tile/") and path not in expected]:
            self.step.need(False, "extra-tile", path, f"{path} is no tile of {self.size} entries.")
        good = write_base64(self.tree.root(0, self.size)) == self.head["root"]
        self.step.need(good, "root-differs", None, "The entries of the ledger do not give the root that was signed.")

    def check_end(self, said: dict[str, Any], listed: Any) -> None:
        """Hold the statement to the last directory."""
        with self.step.catch("completeness", STATEMENT):
            named = [said["completeness"]["directory_index"], said["completeness"]["stream_heads"]]
            require(dumps(named) == dumps([self.size - 1, listed]), "it does not name the last directory")
        streams = said["scope"].get("streams") if isinstance(said.get("scope"), dict) else None
        for stream in streams if isinstance(streams, list) else []:
            good = isinstance(stream, str) and isinstance(listed, dict) and stream in listed
            self.step.need(good, "scope-stream", STATEMENT, f"The scope names the stream {stream!r}, which the ledger has not.")

    def check_time(self, index: int, entry: dict[str, Any], body: dict[str, Any]) -> None:
        """Hold the time of an entry to the anchors around it; mark it where it came late after its event."""
        self.times.append((index, seconds(entry["time"])))
        with contextlib.suppress(*MALFORMED):
            delay = seconds(entry["time"]) - seconds(body["event_time"])
            self.late += [f"Late entry {index}: written {delay // 3600} h after the event."] if delay > LATE else []
        self.check_early(index)
        if entry["kind"] == "anchor":
            with self.step.catch("bad-anchor", index):
                signed, token = body["checkpoint"].encode(), read_base64(body["tsr"])
                head = read_head(read_note(signed)[0])
                require(head["origin"] == self.head["origin"] and 0 < head["size"] <= index, "its checkpoint is no earlier one of this log")
                good = write_base64(self.tree.root(0, head["size"])) == head["root"]
                require(good, "its checkpoint states another root than this log had")
                why, moment = vouched(self.pack, TS, token, signed)
                require(why in ("", "no-ca") and moment, f"its timestamp cannot be relied on ({why})")
                self.anchor(index, head["size"], int(moment.timestamp()))
                for name, content in ((f"{head['size']}.tsr", token), (f"{head['size']}.checkpoint", signed)):
                    good = f"{LOG}anchors/{name}" not in self.pack.sizes or self.pack.read(f"{LOG}anchors/{name}") == content
                    self.step.need(good, "anchor-differs", index, f"{LOG}anchors/{name} is not what the anchor, entry {index}, holds.")

    def anchor(self, index: int, size: int, stamped: int) -> None:
        good = self.proved is None or stamped >= self.proved
        self.step.need(good, "anchor-order", index, f"The timestamp in entry {index} is older than the one before it.")
        for place, time in [one for one in self.times if one[0] < size]:
            self.step.need(time <= stamped + TOLERANCE, "time-after", place, f"Entry {place} is dated after anchor {index} over it.")
        self.times = [one for one in self.times if one[0] >= size]
        self.covered, self.proved, self.anchors = max(self.covered, size), max(stamped, self.proved or stamped), self.anchors + 1
        self.check_early(index)

    def check_early(self, index: int) -> None:
        good = self.proved is None or self.times[-1][1] >= self.proved - TOLERANCE
        self.step.need(good, "time-before", index, f"Entry {index} is dated before an anchor that it holds or follows.")

    def notes(self) -> list[str]:
        rest = f"; entries {self.covered} to {self.size - 1} are not older, and nothing says that they are not younger."
        told = [f"{self.anchors} anchors bound the times of entries 0 to {self.covered - 1}" + (rest if self.covered < self.size else ".")]
        told += [] if self.pack.trust.ca else ["No CA was given, so whose clock the anchors tell is open."]
        told = told if self.anchors else ["No anchor: the times of the entries are the word of the server alone."]
        return told + self.late[:SHOWN] + ([f"{len(self.late) - SHOWN} more late entries."] if len(self.late) > SHOWN else [])

    def check_people(self, index: int, entry: dict[str, Any], body: dict[str, Any], data: bytes) -> None:
        """Follow records, passkeys and signatures of persons."""
        if entry["kind"] == "record":
            self.records[entry["stream"]] = index
            for one in [one for one in self.printed if one["stream"] == entry["stream"]]:
                one["status"] = "of an earlier version"
        elif entry["kind"] == "key" and body.get("type") == "passkey":
            with contextlib.suppress(*MALFORMED):  # what is malformed introduces nothing
                require(all(isinstance(body[name], str) for name in PASSKEY), "no passkey")
                self.passkeys.setdefault(body["credential"], {**body, "public_key": read_base64(body["public_key"])})
        elif entry["kind"] == "key" and body.get("type") == "passkey-retired":
            self.passkeys.pop(str(body.get("credential")), None)
        elif entry["kind"] == "esign":
            self.check_signature(index, entry, body, data)

    def check_signature(self, index: int, entry: dict[str, Any], body: dict[str, Any], data: bytes) -> None:
        """Hold a signature of a person to 21 CFR 11.50 (what it shows), 11.70 (what it is bound to), 11.200 (how it was made)."""
        catch, before, place, facts = self.step.catch, len(self.step.problems), None, {}  # type: Any, int, Any, dict[str, Any]
        with catch("esign-manifestation", index):
            facts = {name: body["manifestation"][name] for name in FACTS}
            require(all(map(is_text, facts.values())), "it does not show name, meaning, time and zone")
            require(abs(seconds(facts["time_utc"]) - seconds(entry["time"])) <= TOLERANCE, "it shows another time than that of its entry")
        with catch("esign-target", index):
            place, leaf = body["signs"]["index"], body["signs"].get("leaf")
            good = type(place) is int and 0 <= place < index and write_base64(self.tree.leaves[place]) == leaf
            require(good, "it does not name an earlier entry by index and leaf hash")
            target = read_entry(self.entry(place))
            require(target["stream"] == entry["stream"] and target["kind"] != "esign", "it names no record of its stream")
            require(target["kind"] != "record" or place == self.records[entry["stream"]], "it signs a version that had a later one")
            with catch("esign-rendering", index):
                stated, known = body["signs"]["sha256_of_rendering"], body["signs"].get("rendering") == "text/1"
                require(re.fullmatch("[0-9a-f]{64}", stated), "it does not state the SHA-256 of what the person was shown")
                require(not known or sha256(render(target, leaf)).hex() == stated, "it states another SHA-256 than the signed entry shows")
        with catch("esign-auth", index):
            user, auth = body["signer"]["user_id"], body["auth"]
            parts, session, first = auth["components"], auth["session"], auth["first_in_session"]
            good = is_text(user) and is_text(session) and isinstance(parts, list) and type(first) is bool
            require(good, "it does not say who was authenticated, with what and in which session")
            self.sessions.update({session: user} if first else {})
            require(self.sessions.get(session) == user, "it continues a session in which this person had not signed before")
            require(len({part for part in parts if is_text(part)}) > first, "it was made with too few identification components")
        with catch("esign-assertion", index):
            user = body["signer"].get("user_id") if isinstance(body.get("signer"), dict) else None
            has = any(passkey["user_id"] == user for passkey in self.passkeys.values())
            require(body.get("assertion") is not None or not has, "it has no assertion, though this person has a passkey")
            if body.get("assertion") is not None:
                self.check_assertion(body["assertion"], user, data)
        if len(self.step.problems) == before:
            told = {"index": index, "stream": entry["stream"], "record": place, **facts, "passkey": "assertion" in body, "status": "valid"}
            self.printed.append(told)

    def check_assertion(self, assertion: Any, user: Any, data: bytes) -> None:
        """Check that the person's own device signed exactly this entry (WebAuthn level 2, section 7.2)."""
        passkey, document = self.passkeys[assertion["credential"]], read_json(data)
        require(passkey["user_id"] == user and assertion["type"] == "webauthn", "its passkey is not that of this person")
        device, client, mark = (read_base64(assertion[name], True) for name in ("authenticator_data", "client_data", "signature"))
        del document["body"]["assertion"]
        challenge = write_base64(sha256(dumps(document).encode())).translate({43: 45, 47: 95, 61: None})
        told, rp = json.loads(client), passkey["rp_id"]
        require(told["type"] == "webauthn.get" and told["challenge"] == challenge, "its assertion was made over something else")
        host = urlsplit(told["origin"]).hostname
        good = host and (host == rp or host.endswith("." + rp)) and told.get("crossOrigin") is not True
        require(good and device[:32] == sha256(rp.encode()), f"its assertion was not made for {rp}")
        require(len(device) > 36 and device[32] & 5 == 5, "the device did not verify the person")
        key, message = passkey["public_key"], device + sha256(client)
        if key[:12] == EDWARDS:
            require(ed25519_verify(key[12:], message, mark), "the signature of the passkey does not hold")
        else:
            files = ["-verify", self.pack.lay("key", key), "-signature", self.pack.lay("mark", mark), self.pack.lay("about", message)]
            done = openssl("dgst", "-sha256", "-keyform", "DER", *files)
            require(P256 in key[:27] and not done.returncode, "the signature of the passkey does not hold")

def render(entry: dict[str, Any], leaf: str) -> bytes:
    """Give what a person was shown of an entry: its members, a line each."""
    body = entry["body"] if isinstance(entry["body"], dict) else {"body": entry["body"]}
    lines = [f"{name}: {entry[name]}" for name in ("kind", "stream", "seq", "time", "actor")]
    lines += [f"{name}: {value if isinstance(value, str) else dumps(value)}" for name, value in sorted(body.items())]
    return "".join(f"{line}\n" for line in [*lines, f"leaf: {leaf}"]).encode()

def check_statements(step: Step, pack: Pack, ledger: Ledger) -> None:
    """Each stated value is that of its record; the audit trail is the ledger; each proof holds by itself."""
    def entry(index: int, where: str) -> bytes:
        try:
            return ledger.entry(index)
        except Bad:
            raise Bad("not-checked", where, f"{where} was not checked: entry {index} cannot be read.", OPEN) from None

    listed, seen = [], set()  # type: Any, set[str]
    with step.catch("bad-statements", STATEMENTS):
        listed = read_json(pack.read(STATEMENTS))["statements"] if STATEMENTS not in pack.withheld else []
        require(isinstance(listed, list), "it has no list of statements")
    for item in listed if isinstance(listed, list) else []:
        with step.catch("bad-statements", STATEMENTS):
            name, index, value = item["id"], item["index"], item["value"]
            require(isinstance(name, str) and name not in seen and type(index) is int, "a statement has no id of its own or no index")
            seen.add(name)
            if step.need(0 <= index < ledger.size, "statement-index", name, f"Statement {name} points at no entry: {index}."):
                with step.catch("statement-record", name):
                    record = read_entry(entry(index, name))
                    good = record["kind"] == "record" and record["body"]["type"] == "run" and name in record["body"]["results"]
                    require(good, f"entry {index} is no run with that result")
                    good = dumps(record["body"]["results"][name]) == dumps(value)
                    step.need(good, "statement-value", name, f"Statement {name} is not what its record says.")
    with step.catch():
        trail, at = pack.read(AUDIT) if AUDIT not in pack.withheld else b"", 0
        for index in range(ledger.size if AUDIT not in pack.withheld else 0):
            line = entry(index, AUDIT) + b"\n"
            if trail[at : at + len(line)] != line:
                break
            at += len(line)
        good = at == len(trail) and (trail or not ledger.size or AUDIT in pack.withheld)
        step.need(good, "audit-differs", AUDIT, f"{AUDIT} is not the entries of the ledger, a line each.")
    for path, match in [(path, re.fullmatch(PROOF, path)) for path in sorted(pack.sizes)]:
        with step.catch("bad-proof", path):
            if match:
                check_proof(pack.read(path), int(match.group(1)), ledger)

def check_proof(data: bytes, index: int, ledger: Ledger) -> None:
    """Check a C2SP tlog-proof by itself: header, index, hashes, checkpoint."""
    with contextlib.suppress(Bad):  # the steps that read bundle and checkpoint say so
        leaf, checkpoint = leaf_hash(ledger.entry(index)) if index < ledger.size else b"", ledger.pack.read(CHECKPOINT)
        head, _, tail = data.partition(b"\n\n")
        lines = re.sub(r"\A([^\n]*\n)extra [^\n]*\n", r"\1", head.decode()).split("\n")
        proved = read_head(read_note(tail)[0])
        good = lines[:2] == ["c2sp.org/tlog-proof@v1", f"index {index}"] and len(lines) < 66 and index < min(proved["size"], ledger.size)
        require(good and tail == checkpoint, "it is no proof of that entry under the checkpoint of the pack")
        root = lead(leaf, index, proved["size"], list(map(read_base64, lines[2:])))
        require(write_base64(root) == proved["root"], "it does not lead to the root of the checkpoint")

def blocks_of(pack: Pack, path: str) -> Iterator[bytes]:
    """Give the content of each gzip member of a bulk file."""
    unpacker, block, begun = zlib.decompressobj(31), b"", False
    for chunk in pack.chunks(path):
        while chunk:
            block, begun = block + unpacker.decompress(chunk, LIMIT // 4 + 1 - len(block)), True
            require(len(block) <= LIMIT // 4, "a block is too large")
            chunk = unpacker.unused_data
            if unpacker.eof:
                yield block
                unpacker, block, begun = zlib.decompressobj(31), b"", False
    require(not begun, "it breaks off in a block")

def segment(pack: Pack, path: str, ledger: Ledger | None) -> list[Any]:
    """Give root of the blocks, blocks and records of a bulk file as its entry of the ledger states them."""
    try:
        if ledger is None:
            raise Bad
        index = read_json(pack.read(SEGMENTS))["segments"][path[5:]]
        require(type(index) is int and 0 <= index < ledger.size, "it names no entry of the ledger")
        data = ledger.entry(index)
    except Bad:
        raise Bad("not-checked", path, f"{path} was not compared with its entry of the ledger, which cannot be read.", OPEN) from None
    entry = read_entry(data)
    require(entry["kind"] == "segment", f"entry {index} is about no bulk file")
    return [entry["body"][name] for name in ("blocks_root", "blocks", "records")]

def check_deep(step: Step, pack: Pack, ledger: Any, said: dict[str, Any]) -> None:
    """Check each block of each bulk file up to its entry of the ledger, and the PDF."""
    for path in sorted(path for path in pack.sizes if path.startswith("data/") and path.endswith(".ndjson.gz")):
        leaves, records = [], 0  # type: list[bytes], int
        with step.catch("block-differs", path):
            wanted = pack.read(path[:-10] + ".blocks").split()
            for number, block in enumerate(blocks_of(pack, path)):
                leaves.append(leaf_hash(block))
                records += block.count(b"\n")
                require(leaves[-1].hex().encode() in wanted[number : number + 1], f"block {number} is not the one in its list")
            require(len(leaves) == len(wanted), "it has fewer blocks than its list")
            with step.catch("segment-differs", path):
                made = [write_base64(Tree(leaves).root(0, len(leaves))), len(leaves), records]
                require(segment(pack, path, ledger) == made, "its root or counts are not those of its entry in the ledger")
    if REPORT in pack.sizes:
        with step.catch("pdf", REPORT):
            check_pdf(step, pack, pack.read(REPORT), said)

def check_pdf(step: Step, pack: Pack, data: bytes, said: dict[str, Any]) -> None:
    """Check the signatures of the PDF, each over its ByteRange, the last over the whole file; the text is not read here."""
    require(data.startswith(b"%PDF-") and b"%%EOF" in data[-1024:], "it cannot be read as PDF")
    titles = re.findall(rb"(?s)<dc:title[ >].*?</dc:title>", data)
    require(all(said.get("pack", "").encode() in title for title in titles), "its title is not that of the pack")
    end, stamp = len(data), False
    for found in re.finditer(rb"/ByteRange ?\[(\d+) (\d+) (\d+) (\d+)\]", data):
        zero, first, second, length = map(int, found.groups())
        stamp = b"/ETSI.RFC3161" in data[data.rfind(b" obj", 0, found.start()) : data.find(b"endobj", found.end())]
        require(not zero and first < second, "its signature does not begin with the file")
        mark, end = bytes.fromhex(data[first:second].strip(b"<>").decode()), second + length
        mark = mark[: 4 + int.from_bytes(mark[2:4], "big")]  # zeros fill the rest of the place
        why = vouched(pack, [*TS[:2], "-token_in", "-data"] if stamp else CMS, mark, data[:first] + data[second:end], pack.trust.at)[0]
        require(why != "bad", "its signature does not hold")
        step.need(why in ("", "no-ca"), "pdf", REPORT, f"{REPORT}: its certificate does not lead to the CA given, or has ended.", OPEN)
    require(end == len(data) or stamp, "its last signature does not cover the whole file")
    sentence = f"This program does not check the text of {REPORT}, nor what follows its last timestamp; use lotproof verify --deep."
    step.need(False, "not-checked", REPORT, sentence, OPEN)

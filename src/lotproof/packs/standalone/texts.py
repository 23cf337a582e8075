"""The texts that travel in a pack: README.txt, and verify/ with verify.py, verify_ledger.py, verify.sh and SPEC.md."""

from __future__ import annotations

from pathlib import Path

from lotproof.packs.standalone.codes import CODES

RECIPE = r"""
    T=$(mktemp -d)

    # 1. files -> manifests -> tag manifests -> statement
    sha256sum --quiet -c manifest-sha256.txt
    sha256sum --quiet -c tagmanifest-sha256.txt
    SUM=$(openssl dgst -sha256 -r tagmanifest-sha256.txt | cut -d' ' -f1)
    grep -q "\"sha256\":\"$SUM\"" seal/statement.json

    # 2. nothing lies in data/ that is not listed
    find data -type f | LC_ALL=C sort > "$T/found"
    cut -c67- manifest-sha256.txt | LC_ALL=C sort > "$T/listed"
    cmp "$T/found" "$T/listed"

    # 3. statement -> note
    SUM=$(openssl dgst -sha256 -r seal/statement.json | cut -d' ' -f1)
    sed -n 3p seal/statement.json.note | grep -qx "$SUM"

    # 4. note -> signature, by the key in $KEY
    head -n 3 seal/statement.json.note > "$T/text"
    grep -F -- "— ${KEY%%+*} " seal/statement.json.note | cut -d' ' -f3 | openssl base64 -d -A | tail -c 64 > "$T/sig"
    printf '\060\052\060\005\006\003\053\145\160\003\041\000' > "$T/key"
    printf '%s\n' "$KEY" | cut -d+ -f3- | openssl base64 -d -A | tail -c 32 >> "$T/key"
    openssl pkeyutl -verify -rawin -pubin -keyform DER -inkey "$T/key" -in "$T/text" -sigfile "$T/sig"
"""
"""Checks a pack with sha256sum and openssl (1.1.1 or later); run by `sh -e` in the pack folder with KEY set."""

OUTSIDE = r"""
    openssl cms -verify -cades -binary -inform DER -in seal/statement.json.p7s -content seal/statement.json \
        -purpose any -CAfile "$CA" -out /dev/null
    openssl ts -verify -in seal/statement.json.p7s.tsr -data seal/statement.json.p7s -CAfile "$CA"
    openssl ts -verify -in seal/checkpoint.tsr -data data/ledger/checkpoint -CAfile "$CA"
    openssl ts -reply -in seal/statement.json.p7s.tsr -text | grep "^Time stamp:"
"""
"""Checks certificate and timestamps with openssl (3.0 or later); run like RECIPE, with CA naming a PEM file."""

_README = """\
Evidence pack {pack}
{rule}
Made {created}. The ledger in it has {size} entries and the root

    {root_hex}

This folder is a BagIt 1.0 bag (RFC 8493). The originals and the report are in data/, the seal is in seal/.
Nobody needs to trust the sender, this text or the programs in verify/ to check it: bring your own copy of the
verifier if you can, and get the key of the ledger by another way than this pack. The sender says that it is

    {vkey}

but so would a forger. Compare it with what you were told by telephone, by letter or in an earlier contract.


Check it with Python (3.8 or later, nothing else)

    python3 verify/verify.py --key 'KEY LINE'

It prints one line a step and ends with 0 if all holds, 1 if something was changed, is missing or wrongly signed,
2 if it cannot read the pack, 3 if all is intact but trust is incomplete (for example without --key). verify_ledger.py is its
second half, which it knows by SHA-256. --ca FILE judges certificates and timestamps, --policy FILE the witnesses, --deep adds
the blocks of the bulk files and the signature of the PDF, whose text it does not read: that remains for `lotproof verify --deep`.


Check it with sha256sum and openssl (1.1.1 or later; 3.0 or later if `openssl pkeyutl` knows no -rawin)

Set KEY to the key line in quotes, go to this folder, and run with `sh -e`:
{recipe}
The last line must say "Signature Verified Successfully", and no line before it may complain. This covers every file,
but not the inner rules of the ledger (streams without a gap, statements equal to records); verify.py covers those.
verify/verify.sh is the same recipe as a script, with SHA-512 and the signature of the checkpoint as well.

Check certificate and timestamps, if seal/ holds .p7s and .tsr files (openssl 3.0 or later)

Set CA to a PEM file with the authorities that you trust (not seal/trust/, which is a copy), and run with `sh -e` here:
{outside}
Each must say "Verification successful" or "Verification: OK"; the last prints when the seal was there. Years later, when
certificates have ended, add `-attime SECONDS` with the time that the timestamp, or a renewal in seal/renewals/, proves.
A renewal is checked likewise: `sha512sum -c seal/renewals/DATE/list.sha512`, and `openssl ts -verify` of its .tsr.


Large packs: `openssl dgst -sha256 -r FILE` is up to five times faster than sha256sum on some machines.


What a pack cannot show
- that an event was never recorded, or was recorded falsely at its source;
- that the holder of the key did not rewrite the whole history before handing it over: compare the root above with one
  that you noted earlier, or with that of a pack that you received before;
- the bytes around the files of a zip (comments, times, extra fields): nothing covers them, and they mean nothing.
"""

_SCRIPT = r"""#!/bin/sh
# Checks this pack with openssl alone: sh verify.sh 'KEY LINE' [PACK FOLDER [CA FILE]]
# Exit code 0 all holds, 1 changed, missing or wrongly signed, 2 not a pack, 3 intact but a key or CA was not given.
# Covers every file, the seal and the signature of the checkpoint; verify.py checks the inside of the ledger as well.
KEY=$1
CA=$3
case $CA in ''|/*) ;; *) CA=$PWD/$CA ;; esac
cd "${2:-$(dirname "$0")/..}" || exit 2
[ -f tagmanifest-sha256.txt ] || [ -f seal/statement.json ] || { echo "not a pack: $(pwd)"; exit 2; }
T=$(mktemp -d) || exit 2
trap 'rm -rf "$T"' EXIT
BAD=0
bad() { echo "FAILED  $1"; BAD=1; }
sum() { openssl dgst "-$1" -r "$2" 2>/dev/null | cut -d' ' -f1; }
plain() { printf '%s' "$1" | sed 's/%0[Aa]/\\n/g; s/%0[Dd]/\\r/g; s/%25/%/g'; }

check() { # algorithm, width of its digest in hex, manifest, list of files
    [ -f "$3" ] || { bad "$3 is missing"; return; }
    while read -r want path; do
        path=$(plain "$path")
        [ "$(sum "$1" "$path")" = "$want" ] || bad "$path is not as in $3"
    done < "$3"
    cut -c$(($2 + 3))- "$3" | LC_ALL=C sort > "$T/listed"
    sed 's/%/%25/g' "$4" | LC_ALL=C sort | cmp -s - "$T/listed" || bad "$3 does not list exactly the files that are there"
}

signed() { # note, lines of text
    head -n "$2" "$1" > "$T/text"
    grep -F -- "— ${KEY%%+*} " "$1" | cut -d' ' -f3 | openssl base64 -d -A | tail -c 64 > "$T/sig"
    openssl pkeyutl -verify -rawin -pubin -keyform DER -inkey "$T/key" -in "$T/text" -sigfile "$T/sig" \
        > /dev/null 2>&1 || bad "$1 is not signed by ${KEY%%+*}"
}

[ -z "$(find . -type l -o -name '*
*')" ] || bad "there is a symbolic link, or a line break in a file name"
find data -type f > "$T/payload"
find . -type f ! -path './data/*' ! -path './seal/*' ! -name 'tagmanifest-sha*.txt' | cut -c3- > "$T/tags"
for pair in sha256:64 sha512:128; do
    algorithm=${pair%:*}
    check "$algorithm" "${pair#*:}" "manifest-$algorithm.txt" "$T/payload"
    check "$algorithm" "${pair#*:}" "tagmanifest-$algorithm.txt" "$T/tags"
    for name in tagmanifest-sha256.txt tagmanifest-sha512.txt; do
        grep -q "\"$algorithm\":\"$(sum "$algorithm" "$name")\"" seal/statement.json || bad "$name is not as sealed"
    done
done
[ "$(sed -n 3p seal/statement.json.note)" = "$(sum sha256 seal/statement.json)" ] || bad "the note is not for the statement"
grep -q "\"root\":\"$(sed -n 3p data/ledger/checkpoint)\"" seal/statement.json || bad "statement and checkpoint differ"
if [ -n "$KEY" ]; then
    printf '\060\052\060\005\006\003\053\145\160\003\041\000' > "$T/key"
    printf '%s\n' "$KEY" | cut -d+ -f3- | openssl base64 -d -A | tail -c 32 >> "$T/key"
    signed seal/statement.json.note 3
    signed data/ledger/checkpoint 3
fi
stamped() { # timestamp, file it is about
    [ ! -f "$1" ] || openssl ts -verify -in "$1" -data "$2" -CAfile "$CA" > /dev/null 2>&1 || bad "$1 does not hold for $2"
}
OUTSIDE=$(find seal -name '*.p7s' -o -name '*.tsr')
if [ -n "$OUTSIDE" ] && [ -n "$CA" ]; then
    for file in seal/*.p7s; do
        openssl cms -verify -cades -binary -inform DER -in "$file" -content seal/statement.json -purpose any -CAfile "$CA" \
            -out /dev/null > /dev/null 2>&1 || bad "$file does not hold for seal/statement.json"
        stamped "$file.tsr" "$file"
    done
    stamped seal/checkpoint.tsr data/ledger/checkpoint
fi
[ "$BAD" = 0 ] || exit 1
[ -z "$OUTSIDE" ] || [ -n "$CA" ] || { echo "intact, but no CA was given: certificate and timestamps are open"; exit 3; }
[ -n "$KEY" ] || { echo "intact, but no key was given: who made it is open"; exit 3; }
echo "all holds"
"""

_SPEC = """\
# What is in an evidence pack, and how it is checked

Format `https://lotproof.org/evidence-pack/v1`. A pack is a BagIt 1.0 bag (RFC 8493) in a folder, or the same in a zip.

| path | what it is |
|---|---|
| `bagit.txt`, `bag-info.txt` | declaration; pack id as External-Identifier, Payload-Oxum |
| `manifest-sha256.txt`, `manifest-sha512.txt` | digest of each file in `data/` |
| `tagmanifest-sha256.txt`, `tagmanifest-sha512.txt` | digest of each other file but these two and `seal/` |
| `README.txt`, `verify/` | how to check; programs for it |
| `data/ledger/checkpoint` | signed head of the ledger: C2SP tlog-checkpoint in a C2SP signed note |
| `data/ledger/tile/` | hash tiles and entry bundles: C2SP tlog-tiles, RFC 6962 hashes |
| `data/audit/audit.ndjson` | the entries of the ledger in order, each followed by a line feed |
| `data/statements.json` | `{{"statements": [{{"id", "text", "value", "index", ...}}]}}` |
| `data/` other files | report, findings, originals |
| `seal/statement.json` | in-toto Statement v1 over both tag manifests, each by SHA-256 and SHA-512 |
| `seal/statement.json.note` | signed note over `lotproof.org/evidence-pack/v1`, pack id, SHA-256 of the statement |
| `seal/statement.json.p7s` (`.2.p7s` …) | detached CAdES-B signature of the statement: CMS in DER, ESS signing-certificate-v2 |
| `seal/statement.json.p7s.tsr`, `seal/checkpoint.tsr` | RFC 3161 TimeStampResp over that signature, over `data/ledger/checkpoint` |
| `seal/trust/` | copies (log key, CA, …) whose SHA-256 `predicate.seal.trust` names; never a reason to trust them |
| `seal/renewals/<date>/list.<alg>`, `.tsr` | digests of all in `seal/` until then and of `tagmanifest-sha512.txt`; its timestamp |
| `seal/renewals/<date>/manifest-<alg>.txt` | digests of the payload by another hash function, when the earlier ones weaken |
| `seal/redaction.json`, `.note` | files left out of a copy: `{{"by", "reason", "time", "withheld": [{{"path", "size"}}]}}`, signed |
| `data/proofs/<index>.tlog-proof` | C2SP tlog-proof of each entry that a statement names |

`predicate.seal.parts` lists the files of the seal, so that none can be stripped. `verify/statement.schema.json` is the JSON
Schema of the statement. Unknown members are ignored; another number after `evidence-pack/v` is a later format (exit 3).

## JSON

`seal/statement.json`, `data/statements.json` and entries: UTF-8 without byte order mark, ASCII member names, no member
twice, integers only (at most 2^53 - 1 in size), strings in Unicode NFC, at most 64 levels. Signed bytes are hashed as
they are; nothing is written anew to check it. Base64 is that of RFC 4648 section 4 with padding.

## Keys and notes

A key line is `<name>+<key id in hex>+<base64 of 0x01 and the 32-byte Ed25519 key>`; the key id is the first four bytes
of SHA-256(name, 0x0A, 0x01, key). A signature line is `— <name> <base64 of key id and signature>` and signs the text
before the empty line with its last line feed. The log key has the origin of the log as its name. Signatures by keys
that were not given are ignored; keys in the pack are never used.

## Entries

`{{"v":1,"kind","stream","seq","prev","time","actor","body"}}`, at most 65535 bytes. `seq` counts from 1 in each stream;
`prev` is the base64 leaf hash of the stream's previous entry, null for the first; leaf hash = SHA-256(0x00, bytes of
the entry). `time` is UTC. A `directory` entry names in `body.heads` the head `{{"seq","leaf"}}` of every stream before
it; it is the last entry, and `predicate.completeness` of the statement repeats it. An `esign` entry names in
`body.signs` an earlier entry of its stream by `index` and `leaf`, and shows in `body.manifestation` `printed_name`,
`meaning` and `time_utc`. A `record` entry with `body.type` "run" holds `body.results`, {{id: value}}; each statement
names by `index` the run that holds its `id` with its `value`.

## Steps

1. open: refuse unsafe names, links, and zips that lie about their members.
2. seal: statement, note, its parts and copies; each `.p7s` over the statement, its certificate as of the time of its timestamp;
   renewals from the latest, which is judged as of now, back to the first: each proves the time at which the next is judged.
3. fixity: statement, tag manifests, manifests, files; nothing missing, nothing unlisted.
4. checkpoint: signed, and the one that the statement names; with `--policy`, cosigned by the witnesses that it asks for.
5. ledger: entries, tiles, root, streams, directory; times between anchors; signatures of persons.
6. statements: values equal records; the audit trail equals the ledger; each proof leads from its entry to the root.
7. only with `--deep`: SHA-512 of the payload; each block of each bulk file, and root and counts as its `segment` entry states them;
   the signature of the PDF over its ByteRange up to the end of the file.

`verify.py` does steps 1 to 4, `verify_ledger.py` the witnesses of step 4 and steps 5 to 7. `verify.py` names it by SHA-256, takes it from
beside itself or from the pack, and runs no other: where there is none, these steps are left open (3).
`verify.py` does not read the text of the PDF, nor judge what follows its last timestamp: with `--deep` a report leaves it at 3 for that
reason alone, and `lotproof verify --deep` has to be asked.

Every failure is listed. Verdict and exit code: TOTAL-PASSED 0; TOTAL-FAILED 1 if any step failed; INDETERMINATE 3 if
none failed but something is open; 2 if there was nothing to verify.

## Codes

{codes}
"""


def readme(pack: str, vkey: str, root_hex: str, *, size: int, created: str) -> str:
    """Give README.txt of a pack: `root_hex` is the root of its ledger of `size` entries, `created` a UTC time."""
    title_rule = "=" * (len("Evidence pack ") + len(pack))
    return _README.format(
        pack=pack, rule=title_rule, vkey=vkey, root_hex=root_hex, size=size, created=created, recipe=RECIPE,
        outside=OUTSIDE,
    )  # fmt: skip


def script() -> str:
    """Give verify/verify.sh."""
    return _SCRIPT


def spec() -> str:
    """Give verify/SPEC.md."""
    return _SPEC.format(codes="\n".join(f"- `{code}`: {meaning}" for code, meaning in CODES.items()))


def program() -> bytes:
    """Give verify/verify.py: the bytes of the verifier beside this module."""
    return Path(__file__).with_name("verify.py").read_bytes()


def schema() -> bytes:
    """Give verify/statement.schema.json: the JSON Schema of seal/statement.json."""
    return Path(__file__).with_name("statement.schema.json").read_bytes()


def files(pack: str, vkey: str, root_hex: str, *, size: int, created: str) -> dict[str, bytes]:
    """Give every text of a pack as {relative path: bytes}; see `readme` for the parameters."""
    return {
        "README.txt": readme(pack, vkey, root_hex, size=size, created=created).encode(),
        "verify/verify.py": program(),
        "verify/verify_ledger.py": Path(__file__).with_name("verify_ledger.py").read_bytes(),
        "verify/verify.sh": script().encode(),
        "verify/SPEC.md": spec().encode(),
        "verify/statement.schema.json": schema(),
    }

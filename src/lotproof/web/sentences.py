"""What an entry of the ledger says, as a sentence that follows the name of whoever made it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lotproof.ledger.entry import Entry
from lotproof.quality.case import Recorded
from lotproof.quality.document import words
from lotproof.quality.register import ACTS
from lotproof.web.language import say

SENTENCES: Mapping[str, str] = {
    "key/log-key": "began to seal this log with the key {vkey}",
    "key/passkey": "enrolled a passkey of {user_id}",
    "key/passkey-retired": "retired a passkey: {why}",
    "file/source": "took in {path}",
    "audit/delivery": "took in a delivery of {files} files",
    "record/run": "ran the rules {rule_set} over {observations} observations",
    "record/kpis": "counted the indicators",
    "record/causes": "kept a causes document",
    "record/fault-tree": "kept a fault tree",
    "record/quality-record": "kept version {version} of a record",
    "record/selection": "selected a sample of {n} from lot {lot}",
    "record/evaluation": "judged sample {selection}: {verdict}",
    "record/line-hold-asked": "asked line {line} to hold",
    "record/line-hold-answered": "line {line} answered: {status}",
    "record/line-hold-failed": "line {line} gave no answer: {told}",
    "segment/bulk": "bound {records} observations to the log",
    "directory/": "noted the last entry of every stream",
    "export/pack": "sealed the pack {pack}",
    "anchor/rfc3161": "had the log stamped by a time-stamping authority, at {size} entries",
    "esign/": "signed entry {target}: {meaning}",
    "audit/signal": "raised {signal}: {sentence}",
    "audit/signal-count": "{signal} counts {count} now",
    "audit/signal-answered": "answered {signal} to {who}: {what}",
    "audit/alerts": "took in alerts",
    "audit/drop": "took {name} from {place}: {result}",
    "audit/triage": "triaged {signal}",
    "audit/notice": "told the channel {channel} of {about}: {result}",
    "audit/lot-waiver": "waived {item} for lot {lot}: {why}",
    "audit/lot-waiver-ended": "took back the waiver of {item} for lot {lot}: {why}",
    "audit/person-enrolled": "enrolled {user_id}, {printed_name}, as {role}",
    "audit/person-retired": "retired {user_id}: {why}",
    "audit/person-locked": "locked {user_id} after {attempts} failed attempts",
    "audit/person-unlocked": "unlocked {user_id}: {why}",
    "audit/credential-changed": "changed the password of {user_id}: {why}",
    "audit/sign-failed": "failed to sign as {user_id}, attempt {attempt}",
    "audit/api-key-added": "made the key {name} of the interface",
    "audit/api-key-revoked": "revoked the key {name} of the interface: {why}",
    "audit/settings": "changed the settings of the site: {why}",
    "audit/copy-printed": "printed a controlled copy of {title}",
    "audit/restored": "brought the workspace back from a backup of {backup}",
    "audit/verification": "verified the pack {pack}: {verdict}",
}
"""Kind and type of an entry -> its sentence; names in braces are members of its body."""


class _Facts(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return "…"


def sentence(entry: Entry, index: int) -> str:
    """The sentence, in the reader's language; kind and type where the program knows none."""
    body: Mapping[str, Any] = entry.body if isinstance(entry.body, dict) else {}
    what = str(body.get("act") or body.get("type") or "")
    if what in ACTS and "as" in body:
        return act(Recorded(index, what, str(entry.actor), entry.time, body))
    found = SENTENCES.get(f"{entry.kind}/{what}") or SENTENCES.get(f"{entry.kind}/")
    if found is None:
        return f"{entry.kind} {what}".strip()
    if entry.kind == "esign":
        body = {"target": body["signs"]["index"], "meaning": body["manifestation"]["meaning"]}
    return say(found).format_map(_Facts({name: words(value) for name, value in body.items()}))


def act(one: Recorded) -> str:
    """The sentence of an act. Choices are words of the program and are translated; what a person wrote is not."""
    kind = ACTS[one.name]
    choices = {field.name for field in kind.fields if field.kind == "choice"}
    facts = {name: say(words(value)) if name in choices else words(value) for name, value in one.body.items()}
    return say(kind.told, **{"actor": "", **facts}).strip()

"""lotproof sign, ledger record and ledger passkey: quality records and the signatures of persons."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from lotproof.cli import common
from lotproof.cli.common import opened

EXISTING = click.Path(path_type=Path, exists=True, dir_okay=False)
"""A file that has to be there."""


def _document(path: Path) -> Any:
    """The JSON in a file; refused with a sentence where it is none."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise click.UsageError(f"{path} is no JSON ({error}).") from None


@click.command()
@click.argument("stream")
@click.argument("file", type=EXISTING)
@click.option("--event-time", default=None, metavar="TIME", help="When the event of the record was, UTC (2026-11-22T09:00:00Z).")
@common.workspace_option
@common.json_option
@common.now_option
@common.actor_option
@common.sentences
def record(
    stream: str, file: Path, event_time: str | None, workspace_dir: Path, as_json: bool, now: str | None, actor: str | None
) -> None:
    """Append a version of the quality record STREAM (such as INV-2026-0007) from a JSON FILE. Signatures on earlier versions fall away.

    A record that is written more than a day after its event is marked as late wherever it is shown.

    \b
    Examples:
      lotproof ledger record INV-2026-0007 investigation.json --event-time 2026-11-20T14:05:00Z
    """
    from lotproof.workspace import signing

    opened(workspace_dir, now, actor)
    made = signing.write_record(stream, _document(file), common.time_text(now), common.actor_name(actor), event_time)
    if as_json:
        common.emit(vars(made))
        return
    common.say(f"Entry {made.index}: {stream}. Sign it with: lotproof sign {made.index}")


@click.command()
@click.argument("user")
@click.argument("credential")
@click.option("--public-key", "pem", type=EXISTING, default=None, help="Its public key, PEM.")
@click.option("--rp-id", default=None, help="Domain that it was made for, such as example.com.")
@click.option("--retire", "why", default=None, metavar="REASON", help="Retire it instead: lost, left the company.")
@common.workspace_option
@common.json_option
@common.now_option
@common.actor_option
@common.sentences
def passkey(
    user: str, credential: str, pem: Path | None, rp_id: str | None, why: str | None, workspace_dir: Path, as_json: bool,
    now: str | None, actor: str | None,
) -> None:  # fmt: skip
    """Introduce the passkey CREDENTIAL (base64url) of USER, who from then on signs with it only; or retire it.

    \b
    Examples:
      lotproof ledger passkey user-17 AbC-dEf --public-key user-17.pem --rp-id example.com
    """
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

    from lotproof.ledger.passkey import PasskeyError
    from lotproof.workspace import signing

    opened(workspace_dir, now, actor)
    time, who = common.time_text(now), common.actor_name(actor)
    if why:
        made = signing.retire_passkey(credential, why, time, who)
    elif pem is None or not rp_id:
        raise click.UsageError("Give --public-key and --rp-id, or --retire.")
    else:
        try:
            der = load_pem_public_key(pem.read_bytes()).public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
            made = signing.add_passkey(user, credential, der, rp_id, time, who)
        except (ValueError, PasskeyError) as error:
            raise click.UsageError(f"--public-key: {error}") from None
    if as_json:
        common.emit(vars(made))
        return
    common.say(f"Entry {made.index}: passkey {credential} {'retired' if why else f'of {user}'}.")


@click.command()
@click.argument("index", type=click.IntRange(0), required=False)
@click.option("--name", default=None, help="Name of the person, as it is to be printed.")
@click.option("--user", default=None, help="Identifier of the person, such as user-17.")
@click.option("--role", default="", help="In what role, such as QA Head.")
@click.option("--meaning", default=None, help="What the signature means: Authored, Reviewed, Approved.")
@click.option("--tz", default=None, metavar="Area/City", help="Zone of the person.")
@click.option("--component", "components", multiple=True, help="What the person was authenticated with now: password, totp, badge. Repeat.")
@click.option("--session", default=None, help="Identifier of the session in which that was.")
@click.option("--continued", is_flag=True, help="Not the first signature of this session: one component is enough.")
@click.option("--shown", type=EXISTING, help="File with exactly what the person was shown.")
@click.option("--draft", "draft_file", type=click.Path(path_type=Path, dir_okay=False), help="Sign nothing; put the draft here.")
@click.option("--complete", "completed", type=EXISTING, help="Write this draft now.")
@click.option("--assertion", type=EXISTING, help="The passkey's assertion over the draft, JSON.")
@common.workspace_option
@common.json_option
@common.now_option
@common.sentences
def sign(
    index: int | None, name: str | None, user: str | None, role: str, meaning: str | None, tz: str | None, components: tuple[str, ...],
    session: str | None, continued: bool, shown: Path | None, draft_file: Path | None, completed: Path | None, assertion: Path | None,
    workspace_dir: Path, as_json: bool, now: str | None,
) -> None:  # fmt: skip
    """Sign entry INDEX of the ledger electronically (21 CFR 11.50): name, meaning, time and zone, bound to what was shown.

    Lotproof has no accounts: the application that calls has authenticated the person, and states with what. With a passkey, first
    make a --draft, have its challenge signed, then --complete it with the --assertion.

    \b
    Examples:
      lotproof sign 40 --name "Q. Head" --user u17 --meaning Approved --tz Europe/Warsaw --session 8f --component password --component totp
    """
    from lotproof.ledger.esign import Act, render
    from lotproof.ledger.store import entry
    from lotproof.workspace import signing
    from lotproof.workspace.logbook import take_checkpoint

    workspace = opened(workspace_dir, now)
    if completed:
        made = signing.append_signature(completed.read_bytes(), _document(assertion) if assertion else None)
    else:
        if index is None or not (name and user and meaning and tz and session):
            raise click.UsageError("Give INDEX, --name, --user, --meaning, --tz and --session; or --complete a draft.")
        act = Act(name, meaning, tz, user, role, components, session, not continued)
        draft = signing.draft_signature(index, act, common.time_text(now), shown.read_bytes() if shown else None)
        if draft_file:
            draft_file.write_bytes(draft)
            challenge = signing.challenge_text(draft)
            _told(as_json, {"draft": str(draft_file), "challenge": challenge}, f"Challenge: {challenge}")
            return
        if not as_json and shown is None:
            click.echo(render(entry(index)).decode(), err=True)
        made = signing.append_signature(draft)
    take_checkpoint(workspace)  # from now on no history without this signature is this log's
    _told(as_json, vars(made), f"Entry {made.index} of {workspace.origin}: signed.")


def _told(as_json: bool, document: dict[str, Any], sentence: str) -> None:
    if as_json:
        common.emit(document)
    else:
        common.say(sentence)

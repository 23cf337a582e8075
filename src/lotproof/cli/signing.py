"""lotproof sign, ledger record and ledger passkey: quality records and the signatures of persons."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lotproof.cli import common
from lotproof.cli.common import opened
from lotproof.cli.secrets_input import Asking, password_option

if TYPE_CHECKING:
    from lotproof.ledger.store import Appended
    from lotproof.workspace.session import Session, Wanted

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
@click.argument("indexes", metavar="INDEX...", type=click.IntRange(0), nargs=-1)
@click.option("--user", default=None, help="Identifier of the person, such as user-17 (lotproof people add).")
@click.option("--meaning", default=None, help="What the signature means: Authored, Reviewed, Approved.")
@click.option("--tz", default=None, metavar="Area/City", help="Zone of the person (default: as enrolled).")
@click.option("--shown", type=EXISTING, help="File with exactly what the person was shown.")
@click.option("--draft", "draft_file", type=click.Path(path_type=Path, dir_okay=False), help="Sign nothing; put the draft here.")
@click.option("--complete", "completed", type=EXISTING, help="Write this draft now.")
@click.option("--assertion", type=EXISTING, help="The passkey's assertion over the draft, JSON.")
@password_option
@common.workspace_option
@common.json_option
@common.now_option
@common.sentences
def sign(
    indexes: tuple[int, ...], user: str | None, meaning: str | None, tz: str | None, shown: Path | None, draft_file: Path | None,
    completed: Path | None, assertion: Path | None, password_fd: int | None, workspace_dir: Path, as_json: bool, now: str | None,
) -> None:  # fmt: skip
    """Sign entries of the ledger electronically (21 CFR 11.50): name, meaning, time and zone, bound to what was shown.

    The password is asked for at every signature (21 CFR 11.200), and the code of the authenticator, where the person has one, at the
    first: one call is one session. With a passkey, first make a --draft, have its challenge signed, then --complete it with the
    --assertion.

    \b
    Examples:
      lotproof sign 40 41 --user user-17 --meaning Approved
    """
    import secrets

    from lotproof.workspace.session import Session, Wanted
    from lotproof.workspace.signing import challenge_text

    workspace, asking = opened(workspace_dir, now), Asking(password_fd)
    session = Session(workspace, secrets.token_hex(8), lambda: common.time_text(now), asking.given)
    if completed:
        if indexes or not assertion:
            raise click.UsageError("Give --complete with --assertion, and no INDEX: the draft has it.")
        _signed([session.complete(completed.read_bytes(), _document(assertion))], as_json)
        return
    if not indexes or not user or not meaning or (len(indexes) > 1 and (draft_file or shown)):
        raise click.UsageError("Give INDEX, --user and --meaning (a single INDEX with --draft or --shown); or --complete a draft.")
    what = Wanted(user, meaning, tz, shown.read_bytes() if shown else None)
    if draft_file:
        draft_file.write_bytes(draft := session.draft(indexes[0], what))
        _told(as_json, {"draft": str(draft_file), "challenge": challenge_text(draft)}, f"Challenge: {challenge_text(draft)}")
        return
    _signed([_one(session, index, what, as_json) for index in dict.fromkeys(indexes)], as_json)


def _one(session: Session, index: int, what: Wanted, as_json: bool) -> Appended:
    """Show an entry, and sign it."""
    from lotproof.ledger.esign import render
    from lotproof.ledger.store import entry

    if not as_json and what.shown is None:
        click.echo(render(entry(index)).decode(), err=True)
    return session.sign(index, what)


def _signed(made: list[Appended], as_json: bool) -> None:
    if as_json:
        common.emit({**vars(made[0]), "signed": [vars(one) for one in made]})
        return
    for one in made:
        common.say(f"Entry {one.index}: signed.")


def _told(as_json: bool, document: dict[str, Any], sentence: str) -> None:
    if as_json:
        common.emit(document)
    else:
        common.say(sentence)

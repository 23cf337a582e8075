"""lotproof partner: exceptions that trading partners tell each other of."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lotproof.cli import common

if TYPE_CHECKING:
    from lotproof.exchange.partners.settings import Settings
    from lotproof.exchange.partners.write import Written
    from lotproof.workspace.place import Workspace

_OUT = click.option("--out", type=click.Path(path_type=Path, dir_okay=False), default=None, help="Write the message to this file too.")
_EMAIL = click.option("--email", default="", help="Contact of the sender, which the format demands (default: partners.toml).")
_PHONE = click.option("--phone", default="", help="Telephone of the sender (default: partners.toml, or none).")
_GLN = click.option("--gln", default="", help="Our own GLN (default: partners.toml).")


@click.group()
def partner() -> None:
    """Exceptions of trading partners, in and out, as messages of PDG's format. See docs/partners.md."""


@partner.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@common.workspace_option
@common.json_option
@common.now_option
@common.actor_option
@common.sentences
def take(file: Path, workspace_dir: Path, as_json: bool, now: str | None, actor: str | None) -> None:
    """Take in a message of a partner: an exception, an update, an answer or a closure. It joins its thread and is held against the record.

    \b
    Examples:
      lotproof partner take notice.json
    """
    from lotproof.exchange.partners import shell
    from lotproof.exchange.partners.document import row
    from lotproof.exchange.partners.settings import read_settings
    from lotproof.exchange.partners.taker import sentence

    workspace = common.opened(workspace_dir, now, actor)
    found = shell.take(workspace, file.read_bytes(), file.name, common.actor_name(actor), _clock(now))
    if found is None:
        click.echo(
            f"Error: {file} is no exception notification: it is no JSON object with exception_case_uuid, or larger than 16 MB.", err=True
        )
        sys.exit(common.UNUSABLE)
    if as_json:
        told = {"new": found.new, "signals": list(found.signals), "says": found.match.sentence, "odd": list(found.message.odd)}
        common.emit({**row(found.thread, read_settings(workspace_dir)), **told})
        return
    common.say(sentence(file.name, found))
    for one in found.message.odd:
        common.say(f"  departs from the format: {one}")
    common.say(f"See lotproof partner show {found.thread.number}; lotproof check judges the record again with what it says.")


@partner.command()
@click.argument("what", metavar="FINDING/CASE")
@click.option("--to", required=True, metavar="GLN", help="The partner's GLN.")
@click.option("--po", default="", help="Purchase order (default: the reference that the record knows).")
@click.option("--resolution", default="", help='What is asked for, such as "Send new data" (default: what is usual).')
@click.option("--ordered", type=click.IntRange(0), default=None, help="Quantity ordered, where quantities are told; with --received.")
@click.option("--received", type=click.IntRange(0), default=None, help="Quantity received; with --ordered.")
@_GLN
@_EMAIL
@_PHONE
@_OUT
@common.workspace_option
@common.json_option
@common.now_option
@common.actor_option
@common.sentences
def write(
    what: str, to: str, po: str, resolution: str, ordered: int | None, received: int | None, gln: str, email: str, phone: str,
    out: Path | None, workspace_dir: Path, as_json: bool, now: str | None, actor: str | None,
) -> None:  # fmt: skip
    """Write a finding (CODE:LOT, or its signal) or an incident's findings as an exception report. You check and send it; nothing is sent.

    \b
    Examples:
      lotproof partner write SN-01:B7-2231 --to 9529999000017 --out exception.json
      lotproof partner write INC-2026-0001 --to 9529999000017 --resolution "Send back product"
    """
    from lotproof.exchange.partners.write import Wish
    from lotproof.exchange.partners.write import write as written

    if (ordered is None) != (received is None):
        raise click.UsageError("--ordered and --received belong together; give both or none.")
    workspace = common.opened(workspace_dir, now, actor)
    quantities = (ordered, received) if ordered is not None and received is not None else None
    wish = Wish(to, po, resolution, quantities)
    _told(
        written(workspace, what, wish, _sender(workspace, gln, email, phone), common.actor_name(actor), _clock(now)),
        out,
        as_json,
        workspace,
    )


@partner.command("list")
@click.option("--state", default=None, help='Only those in this state: "to answer", "to send", waiting, answered, resolved.')
@common.workspace_option
@common.json_option
@common.sentences
def list_(state: str | None, workspace_dir: Path, as_json: bool) -> None:
    """The threads, the latest first.

    \b
    Examples:
      lotproof partner list --state "to answer"
    """
    from lotproof.exchange.partners.document import line, row
    from lotproof.exchange.partners.settings import read_settings
    from lotproof.exchange.partners.shell import threads

    common.opened(workspace_dir)
    settings = read_settings(workspace_dir)
    found = [row(one, settings) for one in reversed(threads().values()) if state in (None, one.state)]
    if as_json:
        common.emit({"threads": found})
    for one in () if as_json else found:
        common.say(line(one))


@partner.command()
@click.argument("name", metavar="ID")
@common.workspace_option
@common.json_option
@common.sentences
def show(name: str, workspace_dir: Path, as_json: bool) -> None:
    """One thread: what was said, what the record knows of its packs now, which of our findings speak of the same.

    ID is its number, the case of the messages, or the signal that it raised.

    \b
    Examples:
      lotproof partner show EXC-2026-0001
    """
    from lotproof.exchange.partners.document import document, lines
    from lotproof.exchange.partners.settings import read_settings
    from lotproof.exchange.partners.shell import thread, threads

    workspace = common.opened(workspace_dir)
    found = document(workspace, thread(name), read_settings(workspace_dir), list(threads().values()))
    if as_json:
        common.emit(found)
    for one in () if as_json else lines(found):
        common.say(one)


@partner.command()
@click.argument("name", metavar="ID")
@click.option("--accept", multiple=True, metavar="UUID/all", help="An exception that is accepted; several times for several.")
@click.option("--reject", multiple=True, metavar="UUID/all", help="An exception that is rejected.")
@click.option("--comment", default="", help="In words, for each of them.")
@click.option("--instead", default="", help='With --reject: what is offered in place, such as "Credit account".')
@click.option("--note", default="", help="Notes to the whole.")
@_GLN
@_EMAIL
@_PHONE
@_OUT
@common.workspace_option
@common.json_option
@common.now_option
@common.actor_option
@common.sentences
def reply(
    name: str, accept: tuple[str, ...], reject: tuple[str, ...], comment: str, instead: str, note: str, gln: str, email: str, phone: str,
    out: Path | None, workspace_dir: Path, as_json: bool, now: str | None, actor: str | None,
) -> None:  # fmt: skip
    """Write the answer to a partner's exceptions. You check and send it; nothing is sent.

    \b
    Examples:
      lotproof partner reply EXC-2026-0001 --accept all --note "New data were sent on 24 November."
    """
    from lotproof.exchange.partners import write as writing
    from lotproof.exchange.partners.shell import thread

    workspace = common.opened(workspace_dir, now, actor)
    mine = thread(name)
    answers = writing.answers_from(accept, reject, comment, instead, writing.exceptions_of(workspace, mine))
    sender = _sender(workspace, gln, email, phone)
    _told(writing.reply(workspace, mine, answers, note, sender, common.actor_name(actor), _clock(now)), out, as_json, workspace)


@partner.command()
@click.argument("name", metavar="ID")
@_GLN
@_EMAIL
@_PHONE
@_OUT
@common.workspace_option
@common.json_option
@common.now_option
@common.actor_option
@common.sentences
def close(
    name: str, gln: str, email: str, phone: str, out: Path | None, workspace_dir: Path, as_json: bool, now: str | None, actor: str | None
) -> None:  # fmt: skip
    """Write that a case of ours is resolved. You send it; then the thread is.

    \b
    Examples:
      lotproof partner close EXC-2026-0002 --out resolved.json
    """
    from lotproof.exchange.partners.shell import thread
    from lotproof.exchange.partners.write import close as closing

    workspace = common.opened(workspace_dir, now, actor)
    sender = _sender(workspace, gln, email, phone)
    _told(closing(workspace, thread(name), sender, common.actor_name(actor), _clock(now)), out, as_json, workspace)


@partner.command()
@click.argument("name", metavar="ID")
@click.option("--how", required=True, help='How it was sent, such as "by mail".')
@common.workspace_option
@common.json_option
@common.now_option
@common.actor_option
@common.sentences
def sent(name: str, how: str, workspace_dir: Path, as_json: bool, now: str | None, actor: str | None) -> None:
    """Record that you sent what was written last.

    \b
    Examples:
      lotproof partner sent EXC-2026-0002 --how "by mail to their exception desk"
    """
    from lotproof.exchange.partners import shell
    from lotproof.exchange.partners.document import line, row
    from lotproof.exchange.partners.settings import read_settings

    common.opened(workspace_dir, now, actor)
    found = row(shell.sent(name, how, common.actor_name(actor), _clock(now)), read_settings(workspace_dir))
    if as_json:
        common.emit(found)
    else:
        common.say(line(found))


def _clock(now: str | None) -> Callable[[], str]:
    return lambda: common.time_text(now)


def _sender(workspace: Workspace, gln: str, email: str, phone: str) -> Settings:
    from lotproof.exchange.partners.settings import read_settings

    return read_settings(workspace.root).changed(gln, email, phone)


def _told(one: Written, out: Path | None, as_json: bool, workspace: Workspace) -> None:
    from lotproof.exchange.partners.keep import path_of
    from lotproof.exchange.partners.write import document

    if out:
        out.write_bytes(one.content)
    path = out or path_of(workspace, str(one.kept.body["sha256"]))
    found: dict[str, Any] = {**document(one), "path": str(path)}
    if as_json:
        common.emit(found)
        return
    common.say(
        f"{one.thread.number}: the message is {path}." if one.new else f"{one.thread.number}: the last message says the same; it is {path}."
    )
    for code, words in found["words"].items():
        common.say(f"  {code}: " + "; ".join(f"{name.upper()} {', '.join(said)}" for name, said in words.items()))
    for lack in one.lacks:
        common.say(f"  {lack}")
    common.say(f'Check it and send it; then lotproof partner sent {one.thread.number} --how "…".')

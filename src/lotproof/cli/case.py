"""lotproof case: the incidents of the desk from the command line."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lotproof.cli import common
from lotproof.cli.secrets_input import Asking, password_option

if TYPE_CHECKING:
    from lotproof.quality.case import Case

_BY = click.option("--by", "user", required=True, metavar="USER", help="Who acts; their password is asked for.")
_SET = click.option("--set", "given", multiple=True, metavar="FIELD=VALUE", help="A field of the act; for a list several times.")


@click.group()
def case() -> None:
    """Incidents: list, show, open, and everything that can be done to them. See docs/desk.md."""


@case.command("list")
@click.option("--state", default=None, help="Only those in this state; running for all that are not closed.")
@common.workspace_option
@common.json_option
@common.sentences
def list_cases(state: str | None, workspace_dir: Path, as_json: bool) -> None:
    """The incidents, the latest first.

    \b
    Examples:
      lotproof case list --state running
    """
    from lotproof.quality.shell import table

    _open(workspace_dir, None)
    rows = table("CaseRow").exclude(state="closed") if state == "running" else table("CaseRow").all()
    found = list((rows.filter(state=state) if state not in (None, "running") else rows).values())
    if as_json:
        common.emit({"incidents": found})
    for row in () if as_json else found:
        common.say(f"{row['number']}  {row['state']:<14} {row['severity']:<9} {row['title']}")


@case.command()
@click.argument("number")
@common.workspace_option
@common.json_option
@common.now_option
@common.sentences
def show(number: str, workspace_dir: Path, as_json: bool, now: str | None) -> None:
    """One incident: its clocks, what is missing, its trail."""
    from lotproof.quality.document import document, lines
    from lotproof.quality.shell import load

    _open(workspace_dir, now)
    found = load(number)
    if as_json:
        common.emit(document(found))
    for line in () if as_json else lines(found, common.time_text(now)):
        common.say(line)


@case.command("acts")
@common.json_option
@common.sentences
def list_acts(as_json: bool) -> None:
    """Everything that can be done to an incident, with its fields and who may do it."""
    from lotproof.quality.register import ACTS

    if as_json:
        common.emit({"acts": {name: [field.name for field in kind.fields] for name, kind in ACTS.items()}})
    for kind in () if as_json else ACTS.values():
        fields = ", ".join(field.name + ("" if field.required else "?") for field in kind.fields)
        signed = ", signed" if kind.meaning else ""
        common.say(f"{kind.name:<17} {kind.button}: {fields or 'no field'}. By {', '.join(sorted(kind.roles))}{signed}.")


@case.command("open")
@_BY
@_SET
@password_option
@common.workspace_option
@common.json_option
@common.now_option
@common.sentences
def open_(user: str, given: tuple[str, ...], password_fd: int | None, workspace_dir: Path, as_json: bool, now: str | None) -> None:
    """Open an incident; its hour begins.

    \b
    Examples:
      lotproof case open --by user-17 --set "title=96 units shipped, not received" --set severity=major --set lots=B7-2231
    """
    from lotproof.quality.shell import open_case

    desk, _ = _desk(workspace_dir, user, password_fd, now, True)
    _told(open_case(desk, _fields(given)), as_json, now)


@case.command()
@click.argument("number")
@click.argument("act")
@_BY
@_SET
@password_option
@common.workspace_option
@common.json_option
@common.now_option
@common.sentences
def do(
    number: str, act: str, user: str, given: tuple[str, ...], password_fd: int | None, workspace_dir: Path, as_json: bool, now: str | None
) -> None:
    """Do something to an incident; lotproof case acts lists what.

    \b
    Examples:
      lotproof case do INC-2026-0001 containment-step --by user-17 --set step=stop-line --set "what=Line 2 stands."
      lotproof case do INC-2026-0001 contain --by user-18
    """
    from lotproof.quality.register import ACTS
    from lotproof.quality.shell import perform

    if act not in ACTS or act == "open":
        raise click.UsageError(f'Nothing that can be done to an incident is called "{act}"; lotproof case acts lists what is.')
    desk, secret = _desk(workspace_dir, user, password_fd, now, not ACTS[act].meaning)
    _told(perform(desk, number, act, _fields(given), secret=secret), as_json, now)


def _open(home: Path, now: str | None) -> Any:
    from lotproof.workspace.place import open_workspace

    return open_workspace(home, common.time_text(now), common.actor_name(None), create=False)


def _desk(home: Path, user: str, descriptor: int | None, now: str | None, enter: bool) -> tuple[Any, Any]:
    """Who acts, and what they entered; checked here where the act itself is not signed, so that nobody acts in another's name."""
    from lotproof.quality.shell import Desk
    from lotproof.workspace.credentials import authenticate
    from lotproof.workspace.people import active

    workspace = _open(home, now)
    person = active(user)
    secret = Asking(descriptor).given(person, True)
    if enter:
        authenticate(workspace, user, secret, True, common.time_text(now))
    return Desk(workspace, person, lambda: common.time_text(now), secrets.token_hex(16)), secret


def _fields(given: tuple[str, ...]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in given:
        name, equals, value = one.partition("=")
        if not equals:
            raise click.UsageError(f'--set "{one}" has no "="; write FIELD=VALUE.')
        found[name] = f"{found[name]}\n{value}" if name in found else value
    return found


def _told(found: Case, as_json: bool, now: str | None) -> None:
    from lotproof.quality.document import document, lines

    if as_json:
        common.emit(document(found))
    for line in () if as_json else lines(found, common.time_text(now)):
        common.say(line)

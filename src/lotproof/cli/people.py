"""lotproof people: who may sign."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from lotproof.cli import common
from lotproof.cli.common import opened
from lotproof.cli.secrets_input import Asking, password_option

_USER = click.argument("user")


@click.group()
def people() -> None:
    """The people who may sign in this workspace: enrol, give a new password, unlock, retire."""


@people.command()
@_USER
@click.option("--name", required=True, help="Name of the person, as it is printed beside signatures.")
@click.option("--role", default="", help="In what role, such as QA Head.")
@click.option("--tz", required=True, metavar="Area/City", help="Zone of the person.")
@click.option("--totp", is_flag=True, help="Ask for the code of an authenticator as well; its secret is printed once.")
@password_option
@common.workspace_option
@common.json_option
@common.now_option
@common.actor_option
@common.sentences
def add(
    user: str, name: str, role: str, tz: str, totp: bool, password_fd: int | None, workspace_dir: Path, as_json: bool, now: str | None,
    actor: str | None,
) -> None:  # fmt: skip
    """Enrol USER (such as user-17) with a password; the identifier is never given to another person.

    \b
    Examples:
      lotproof people add user-17 --name "Dr. Q. Head" --role "QA Head" --tz Europe/Warsaw --totp
    """
    import pyotp

    from lotproof.workspace.credentials import enrol

    workspace = opened(workspace_dir, now, actor)
    secret = pyotp.random_base32() if totp else None
    password = Asking(password_fd).secret(f"New password of {user}", twice=True)
    enrol(workspace, user, name, role, tz, password, secret, common.time_text(now), common.actor_name(actor))
    address = pyotp.TOTP(secret).provisioning_uri(name=user, issuer_name=workspace.origin) if secret else None
    if as_json:
        common.emit({"user": user, "otpauth": address})
        return
    common.say(f"{user} is enrolled.")
    if address:
        common.say(f"For the authenticator, shown this once: {address}")


@people.command("list")
@common.workspace_option
@common.json_option
@common.sentences
def listed(workspace_dir: Path, as_json: bool) -> None:
    """Everybody who was ever enrolled."""
    from lotproof.workspace.people import people as everybody

    opened(workspace_dir)
    found = list(everybody().values())
    if as_json:
        common.emit({"people": [asdict(one) for one in found]})
        return
    for one in found:
        state = "retired" if one.retired else "locked" if one.locked else "active"
        common.say(f"{one.user_id:<16} {state:<8} {one.printed_name}, {one.role}")


@people.command()
@_USER
@click.option("--reset", "why", default=None, metavar="REASON", help="Without the present password: an act of whoever runs this.")
@password_option
@common.workspace_option
@common.json_option
@common.now_option
@common.actor_option
@common.sentences
def password(
    user: str, why: str | None, password_fd: int | None, workspace_dir: Path, as_json: bool, now: str | None, actor: str | None
) -> None:  # fmt: skip
    """Give USER a new password."""
    from lotproof.workspace.credentials import Given, change_password, reset_password

    workspace, asking, time = opened(workspace_dir, now, actor), Asking(password_fd), common.time_text(now)
    if why:
        reset_password(workspace, user, asking.secret(f"New password of {user}", twice=True), why, time, common.actor_name(actor))
    else:
        old = Given(asking.secret(f"Present password of {user}"))
        change_password(workspace, user, old, asking.secret(f"New password of {user}", twice=True), time, user)
    _done(user, "password", f"{user} has a new password.", as_json)


@people.command()
@_USER
@click.option("--why", required=True, help="What was found out about the failed attempts.")
@common.workspace_option
@common.json_option
@common.now_option
@common.actor_option
@common.sentences
def unlock(user: str, why: str, workspace_dir: Path, as_json: bool, now: str | None, actor: str | None) -> None:
    """Let USER sign again, who was locked after failed attempts."""
    from lotproof.workspace.credentials import unlock as unlocked

    unlocked(opened(workspace_dir, now, actor), user, why, common.time_text(now), common.actor_name(actor))
    _done(user, "unlocked", f"{user} is unlocked.", as_json)


@people.command()
@_USER
@click.option("--why", required=True, help="Reason, such as left the company.")
@common.workspace_option
@common.json_option
@common.now_option
@common.actor_option
@common.sentences
def retire(user: str, why: str, workspace_dir: Path, as_json: bool, now: str | None, actor: str | None) -> None:
    """Retire USER for ever; earlier signatures stand."""
    from lotproof.workspace.people import end

    opened(workspace_dir, now, actor)
    end("person-retired", user, why, common.time_text(now), common.actor_name(actor))
    _done(user, "retired", f"{user} is retired.", as_json)


def _done(user: str, act: str, sentence: str, as_json: bool) -> None:
    if as_json:
        common.emit({"user": user, "act": act})
    else:
        common.say(sentence)

"""lotproof doctor: what is wrong, in sentences."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lotproof.cli import common
from lotproof.cli.secrets_input import password_option

if TYPE_CHECKING:
    from lotproof.workspace.doctor import Check


@click.command()
@common.workspace_option
@click.option("--replay", is_flag=True, help="Also make every list of the desk anew from the ledger and compare.")
@click.option("--mend", is_flag=True, help="With --replay: put right what differs; the ledger is what counts.")
@click.option("--qualify", is_flag=True, help="Qualify the installation (IQ, OQ): real work in a scratch workspace, and a report.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=None, help="With --qualify: folder for the report.")
@click.option("--by", "user", default=None, metavar="USER", help="With --qualify: who signs its record; the password is asked for.")
@password_option
@common.json_option
@common.now_option
@common.sentences
def doctor(
    workspace_dir: Path, replay: bool, mend: bool, qualify: bool, out: Path | None, user: str | None, password_fd: int | None,
    as_json: bool, now: str | None,
) -> None:  # fmt: skip
    """Check the installation, the ledger's chain and tree, the originals and the segments. Exits with 1 where one fails.

    With --qualify: the IQ/OQ kit (docs/qualification.md).

    \b
    Examples:
      lotproof doctor
      lotproof doctor --replay
      lotproof doctor --qualify --out qualification-2026 --by user-17
    """
    if not qualify and (out or user):
        raise click.UsageError("--out and --by belong to --qualify.")
    if qualify:
        _qualify(workspace_dir, out, user, password_fd, as_json, now)
        return
    from lotproof.workspace.doctor import examine
    from lotproof.workspace.noted import DOCTOR, note
    from lotproof.workspace.place import open_workspace

    workspace = open_workspace(workspace_dir, common.time_text(None), common.actor_name(None), create=False)
    checks = [*examine(workspace), *(_replayed(mend) if replay else ())]
    failed = [f"{check.name}: {check.sentence}" for check in checks if not check.ok]
    note(workspace.root, DOCTOR, {"time": common.time_text(None), "failed": failed})
    if as_json:
        common.emit({"checks": [check.as_json() for check in checks], "ok": not failed})
    else:
        for check in checks:
            common.say(f"{'ok  ' if check.ok else 'FAIL'} {check.name}: {check.sentence}" + (f" {check.hint}" if check.hint else ""))
    if failed:
        sys.exit(common.FAILED)


def _qualify(home: Path, out: Path | None, user: str | None, descriptor: int | None, as_json: bool, now: str | None) -> None:
    """Qualify, write the report, sign it where somebody signs."""
    import secrets

    from lotproof.cli.secrets_input import Asking
    from lotproof.qualify.run import DOCUMENTS, qualify, sign_qualification, write_documents
    from lotproof.workspace.people import active

    workspace, time = common.opened(home, now), common.time_text(now)
    if user:
        active(user)  # who cannot sign is told so before the work, not after it
    folder = out or Path(f"qualification-{time[:10]}")
    if any((folder / name).exists() for name in DOCUMENTS):
        raise click.UsageError(f"{folder} holds a report already, which is never overwritten; name another folder with --out.")
    with common.progress_bar() as progress:
        found = qualify(workspace, time, progress)
    paths = write_documents(found, folder)
    if as_json:
        common.emit(found.as_json())
    for one in () if as_json else found.results:
        common.say(f"{one.verdict:<15}{one.id} {one.what}" + ("" if one.good else f": {one.seen}"))
    say = common.silent if as_json else common.say
    say(f"{'Passed' if found.passed else 'NOT passed'}. The report: {', '.join(map(str, paths))}")
    if user:
        given = Asking(descriptor).given(active(user), True)
        index = sign_qualification(workspace, found, paths[0], user, given, lambda: common.time_text(now), secrets.token_hex(8))
        say(f"Entry {index} of the ledger is its record, signed by {user}.")
    if not found.passed:
        sys.exit(common.FAILED)


def _replayed(mend: bool) -> list[Check]:
    """The lists of the desk against the ledger."""
    from lotproof.quality.replay import replay
    from lotproof.workspace.doctor import Check

    differences = replay(mend)
    if not differences:
        return [Check("desk", True, "Every list is the fold of the ledger.", "")]
    told = f"{len(differences)} lists differ from the ledger: {' '.join(differences[:5])}"
    hint = "They are put right." if mend else "The ledger counts; put the lists right with: lotproof doctor --replay --mend."
    return [Check("desk", mend, told, hint)]

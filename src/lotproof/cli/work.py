"""lotproof work, lotproof jobs: what is done outside requests."""

from __future__ import annotations

import signal
import sys
import threading
from pathlib import Path

import click

from lotproof.cli import common


@click.command()
@common.workspace_option
@click.option("--once", is_flag=True, help="Do what waits and stop.")
@click.option("--with-parent", is_flag=True, hidden=True, help="Stop when standard input ends, which is when the server does.")
@common.json_option
@common.sentences
def work(workspace_dir: Path, once: bool, with_parent: bool, as_json: bool) -> None:
    """Do what waits: packs, large files, notices, scheduled checks. lotproof serve runs one of these beside itself.

    Several may run at once, also on other machines with the same PostgreSQL and folder. Ctrl-C lets the job that runs be taken up by
    another worker.

    \b
    Examples:
      lotproof work --once
    """
    from lotproof.jobs.worker import work as run
    from lotproof.workspace.place import open_workspace

    workspace = open_workspace(workspace_dir, common.time_text(None), common.actor_name(None), create=False)
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    if with_parent:
        threading.Thread(target=_until_parent_ends, args=(stop,), daemon=True).start()
    begun = run(workspace, lambda: common.time_text(None), stop, once)
    if as_json:
        common.emit({"begun": begun})
    elif once:
        common.say(f"{begun} job{'' if begun == 1 else 's'} begun; lotproof jobs lists them.")


def _until_parent_ends(stop: threading.Event) -> None:
    sys.stdin.buffer.read()
    stop.set()


@click.command()
@click.option("--state", type=click.Choice(["waiting", "running", "done", "failed"]), default=None, help="Only those.")
@click.option("--again", type=int, default=None, metavar="NUMBER", help="Let one that failed be tried again.")
@common.workspace_option
@common.json_option
@common.now_option
@common.sentences
def jobs(state: str | None, again: int | None, workspace_dir: Path, as_json: bool, now: str | None) -> None:
    """What waits, runs, was done or failed, the latest first.

    \b
    Examples:
      lotproof jobs --state failed
      lotproof jobs --again 17
    """
    from lotproof.jobs import queue
    from lotproof.workspace.place import open_workspace

    open_workspace(workspace_dir, common.time_text(now), common.actor_name(None), create=False)
    if again is not None:
        if not queue.table().filter(pk=again, state=queue.FAILED).update(state=queue.WAITING, tries=0, due=common.time_text(now)):
            raise click.UsageError(f"Job {again} has not failed; lotproof jobs --state failed lists those that have.")
        common.say(f"Job {again} waits to be tried again.")
        return
    rows = queue.table().filter(state=state) if state else queue.table().all()
    shown = [
        {"number": row.pk, "kind": row.kind, "state": row.state, "by": row.actor, "put": row.put, "done": row.done, "of": row.of}
        | {"told": row.told, "result": queue.result(row)}
        for row in rows[:200]
    ]
    if as_json:
        common.emit({"jobs": shown})
    for one in () if as_json else shown:
        share = f" {100 * one['done'] // one['of']} %" if one["of"] and one["state"] == "running" else ""
        common.say(f"{one['number']:>6}  {one['state']}{share}  {one['kind']}  {one['put']}  {one['told']}".rstrip())

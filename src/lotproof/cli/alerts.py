"""lotproof alerts: alerts of authorities and partners, verification answers, requests."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lotproof.cli import common

if TYPE_CHECKING:
    from lotproof.exchange.alerts.show import Seen
    from lotproof.exchange.alerts.take import Taking


@click.group()
def alerts() -> None:
    """Alerts of authorities and partners: take them in, match them with the record, prepare the answer. See docs/alerts.md."""


@alerts.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@common.zone_option
@common.workspace_option
@common.json_option
@common.now_option
@common.actor_option
@common.sentences
def take(
    files: tuple[Path, ...], zone: str | None, workspace_dir: Path, as_json: bool, now: str | None, actor: str | None
) -> None:  # fmt: skip
    """Take FILES of alerts, verification answers or requests in; each new one is matched with the record and becomes a signal.

    \b
    Examples:
      lotproof alerts take emvs_alert_list.csv
      lotproof alerts take vrs-answers.json fda-request.json
    """
    from lotproof.exchange.alerts.take import take_files

    workspace, checked = common.opened(workspace_dir, now, actor), common.checked_zone(zone)
    with common.progress_bar() as progress:
        taking = take_files(workspace, files, common.time_text(now), common.actor_name(actor), checked, progress)
    _told(taking, as_json)


@alerts.command()
@click.option("--by", type=click.Choice(["authority", "partner"]), required=True, help="Who asks: an authority, or a trading partner.")
@click.option("--who", required=True, metavar="ORGANISATION", help="The organisation that waits for the answer; no person's name.")
@click.option("--asks", type=click.Choice(["verification", "information"]), required=True, help="What is asked for; its clock begins.")
@click.option("--id", "number", default=None, metavar="ID", help="Identifier that they gave it.")
@click.option("--received", default=None, metavar="TIME", help="When it came in, UTC (default: now).")
@click.option("--item", default=None, metavar="TEXT", help="The pack, in any text form: (01)…(21)…, a scan, a Digital Link.")
@click.option("--gtin", default=None, metavar="GTIN", help="Its GTIN, where no item is given.")
@click.option("--serial", default=None, metavar="SERIAL", help="Its serial number, where no item is given.")
@click.option("--lot", default=None, metavar="LOT", help="Its lot.")
@click.option("--expiry", default=None, metavar="DATE", help="Its expiry.")
@click.option("--text", default=None, metavar="TEXT", help="What they write.")
@common.workspace_option
@common.json_option
@common.now_option
@common.actor_option
@common.sentences
def request(workspace_dir: Path, as_json: bool, now: str | None, actor: str | None, number: str | None, **form: str | None) -> None:
    """Record a request of FDA, of another authority or of a partner; the clock that the law gives begins when it came in.

    \b
    Examples:
      lotproof alerts request --by partner --who "Distributor 12" --asks verification --item "(01)09512345678901(21)ABC123"
      lotproof alerts request --by authority --who FDA --asks information --id RFI-77 --gtin 09512345678901 --lot B7-2231
    """
    from lotproof.exchange.alerts.take import take_request

    time = common.time_text(now)
    received = common.time_text(form.pop("received") or time)
    told = {**form, "id": number, "received": received}
    _told(take_request(common.opened(workspace_dir, now, actor), told, time, common.actor_name(actor)), as_json)


@alerts.command("list")
@click.option("--state", default="", help="Only those in this state: new, incident, explained.")
@common.workspace_option
@common.json_option
@common.sentences
def list_(state: str, workspace_dir: Path, as_json: bool) -> None:
    """The signals that alerts raised, with class, side and clock, the latest first.

    \b
    Examples:
      lotproof alerts list --state new
    """
    from lotproof.exchange.alerts.show import listed

    common.opened(workspace_dir)
    found = listed(state)
    if as_json:
        common.emit({"alerts": found})
    for one in () if as_json else found:
        clock = one["clock"]
        due = f"  due {clock['due']}" if clock and not clock["ended"] else ""
        common.say(f"{one['signal']}  {one['state']:<9} {one['origin']:<9} {one['class']:<10} {one['side']:<33} {one['count']:>4}{due}")
        common.say(f"    {one['sentence']}")


@alerts.command()
@click.argument("number", metavar="ID")
@click.option(
    "--reply",
    type=click.Choice(["worksheet", "partner"]),
    default=None,
    help="The worksheet for the answer, or a message to check and send.",
)
@click.option("--html", "as_html", is_flag=True, help="With --reply worksheet: as an HTML page.")
@common.workspace_option
@common.json_option
@common.sentences
def show(number: str, reply: str | None, as_html: bool, workspace_dir: Path, as_json: bool) -> None:
    """One signal of alerts, ID such as SIG-2026-0012: what was raised, what the record says now, what to answer. Nothing is sent.

    \b
    Examples:
      lotproof alerts show SIG-2026-0012
      lotproof alerts show SIG-2026-0012 --reply partner
      lotproof alerts show SIG-2026-0012 --reply worksheet --html > worksheet.html
    """
    from lotproof.exchange.alerts import reply as replies
    from lotproof.exchange.alerts.show import seen

    if as_html and (reply != "worksheet" or as_json):
        raise click.UsageError("--html is a form of the worksheet: use it with --reply worksheet, and without --json.")
    found = seen(common.opened(workspace_dir), number)
    sheet = replies.worksheet(found)
    if as_json:
        common.emit(_document(found, reply))
    elif reply == "partner":
        click.echo(replies.partner_message(found), nl=False)
    else:
        click.echo(replies.page(sheet) if as_html else replies.text(sheet), nl=False)


def _document(found: Seen, reply: str | None) -> dict[str, Any]:
    from lotproof.exchange.alerts import reply as replies

    if reply == "partner":
        return {"signal": found.signal.number, "message": replies.partner_message(found)}
    if reply == "worksheet":
        return {"signal": found.signal.number, "worksheet": replies.worksheet(found).as_json()}
    return {
        "signal": found.signal.number,
        "state": found.signal.state,
        "case": found.signal.case,
        "origin": found.signal.raised.origin,
        "sentence": found.signal.raised.sentence,
        "count": found.signal.raised.count,
        "clock": vars(found.clock) if found.clock else None,
        "then": found.then.as_json(),
        "now": found.now.as_json(),
        "alerts": [{**vars(one.judged.alert), "entry": one.entry, "taken": one.time} for one in found.taken],
        "match": {"item": found.match.item, "known": found.match.known, "change": found.match.change, "state": found.match.state,
                  "findings": list(found.match.findings), "near": list(found.match.near), "steps": [vars(one) for one in found.match.steps],
                  "above": [vars(one) for one in found.match.above]},
    }  # fmt: skip


def _told(taking: Taking, as_json: bool) -> None:
    from lotproof.exchange.alerts.bursts import identity

    if as_json:
        new = [
            {
                **vars(one.alert),
                "lot": one.lot or one.alert.lot,
                "signal": taking.numbers[identity(one.alert)],
                "verdict": one.verdict.as_json(),
            }
            for one in taking.judged
        ]
        signals = [one.number for one in taking.signals]
        common.emit({"new": new, "signals": signals, "known": taking.again, "verified": taking.fine, "problems": taking.problems})
        return
    for one in taking.signals:
        common.say(f"{one.number}  {one.raised.severity:<9} {one.raised.sentence}")
    common.say(taking.says)

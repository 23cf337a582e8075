"""lotproof pack build, renew and redact, and lotproof verify."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lotproof.cli import common
from lotproof.cli.build import build
from lotproof.cli.evidence_settings import SPAN
from lotproof.cli.keeping import redact, renew
from lotproof.cli.serial import check_proof, prove

if TYPE_CHECKING:
    from lotproof.packs.verify.report import Report


@click.group()
def pack() -> None:
    """Build packs, carry them over the years, leave things out of a copy."""


pack.add_command(build)
pack.add_command(renew)
pack.add_command(redact)
pack.add_command(prove)
pack.add_command(check_proof)


@click.command()
@click.argument("path", metavar="PACK", type=click.Path(path_type=Path))
@click.option("--key", "keys", multiple=True, metavar="KEY", help="The log's public key, or a file with it; not from the pack.")
@click.option("--policy", type=click.Path(path_type=Path, dir_okay=False), help="Logs and witnesses to trust (a C2SP tlog-policy file).")
@click.option("--ca", type=click.Path(path_type=Path, dir_okay=False), help="Certificates to trust (PEM) for seals and timestamps.")
@click.option("--crl", "crls", multiple=True, type=click.Path(path_type=Path, dir_okay=False), help="List of revoked certificates; repeat.")
@click.option("--at", "at_text", default=None, metavar="TIME", help="Judge as of this UTC time (2036-11-22T09:00:00Z) instead of now.")
@click.option("--deep", is_flag=True, help="Also SHA-512 of every file, each block of the bulk files, and the PDF.")
@click.option("--recompute", is_flag=True, help="Run intake and rules again on the originals and compare every finding and number.")
@click.option("--clock-tolerance", type=SPAN, default=None, metavar="SPAN", help="How far clocks may differ from anchors (default 5min).")
@click.option("--late-after", type=SPAN, default=None, metavar="SPAN", help="Delay that makes an entry late (default: as the site set it).")
@click.option("--allow-unsealed", is_flag=True, help="Call a pack without seal undecided instead of failed.")
@click.option("--record", is_flag=True, help="Keep the result as an audit entry of the workspace: the yearly check of an archive.")
@common.workspace_option
@common.json_option
@common.actor_option
@common.sentences
def verify(
    path: Path, keys: tuple[str, ...], policy: Path | None, ca: Path | None, crls: tuple[Path, ...], at_text: str | None,
    deep: bool, recompute: bool,
    clock_tolerance: int | None, late_after: int | None, allow_unsealed: bool, record: bool,
    workspace_dir: Path, as_json: bool, actor: str | None,
) -> None:  # fmt: skip
    """Check a pack, folder or zip: seal, every file, checkpoint, ledger, statements. Needs no workspace and no network.

    Exits 0 passed, 1 failed, 2 no pack, 3 undecided (for example without --key).

    \b
    Examples:
      lotproof verify EP-2026-0042 --key site.vkey
      lotproof verify EP-2026-0042.zip --policy site.policy --ca authorities.pem --deep
      lotproof verify EP-2026-0042.zip --key site.vkey --recompute
    """
    from lotproof.packs.verify.keyfile import read_keys
    from lotproof.packs.verify.run import verify_pack

    try:
        lines = read_keys(keys)
        rules, roots = policy.read_text(encoding="utf-8") if policy else None, ca.read_bytes() if ca else None
        revoked = [crl.read_bytes() for crl in crls]
    except (OSError, UnicodeDecodeError) as error:
        click.echo(f"Error: the key, policy, CA or CRL cannot be read ({error}).", err=True)
        sys.exit(common.UNUSABLE)
    at = common.time_text(at_text)
    report = verify_pack(path, lines, policy=rules, ca=roots, at=at, allow_unsealed=allow_unsealed, deep=deep,
                         tolerance=clock_tolerance, late_after=late_after, crls=revoked)  # fmt: skip
    if recompute and not report.unusable:
        from lotproof.packs.recompute import with_recomputation

        with common.progress_bar() as progress:
            report = with_recomputation(path, report, progress)
    if record:
        asked = {"keys": lines, "policy": policy is not None, "ca": ca is not None, "at": at, "deep": deep, "recompute": recompute}
        _record(path, report, asked, workspace_dir, actor)
    if as_json:
        common.emit(report.to_json())
    else:
        _print(path, report)
    sys.exit(report.exit_code)


def _record(path: Path, report: Report, asked: dict[str, Any], workspace_dir: Path, actor: str | None) -> None:
    from lotproof.packs.reverification import record_verification

    common.opened(workspace_dir, None, actor)
    made = record_verification(path, report, asked, common.time_text(None), common.actor_name(actor))
    click.echo(f"Entry {made.index} of the ledger holds this result.", err=True)


def _print(path: Path, report: Report) -> None:
    for step in report.steps:
        common.say(f"{step.status:<12} {step.name}")
        for problem in step.problems:
            where = f" [{problem.where}]" if problem.where is not None else ""
            common.say(f"             {problem.code}{where}: {problem.sentence}")
        for line in step.notes:
            common.say(f"             note: {line}")
    common.say(f"{report.verdict} {report.pack or path}")

"""lotproof pack prove and check-proof: what a pack says of one serial, provable without the pack."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from lotproof.cli import common


@click.command()
@click.argument("pack", metavar="PACK", type=click.Path(path_type=Path, exists=True))
@click.argument("serial", metavar="SERIAL")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), default=None, help="File for the proof (default: stdout).")
@common.sentences
def prove(pack: Path, serial: str, output: Path | None) -> None:
    """Prove what PACK says of one serial or SSCC, without opening the rest of it. The proof is small and stands alone.

    SERIAL is any text form, as for trace; of a serial without GTIN, the packs of every GTIN that the ledger names are looked up.
    Exits with 1 where the pack has no row of it.

    \b
    Examples:
      lotproof pack prove EP-2026-0042 '(01)09512345678901(21)ABC123' -o ABC123.proof
    """
    from lotproof.gs1.spellings import find_items
    from lotproof.ledger import canonical
    from lotproof.packs.verify.parts import open_parts
    from lotproof.packs.verify.serial import prove_serial, texts_of
    from lotproof.packs.verify.source import NotAPack, Unreadable

    item = find_items(serial)
    try:
        parts = open_parts(pack)
        texts = texts_of(parts, item.gtin, item.serial, item.sscc)
        document = prove_serial(parts, texts)
    except (NotAPack, Unreadable) as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(common.UNUSABLE)
    if not document["files"]:
        click.echo(f"Error: {pack} has no row of {item.text}; that proves nothing, unless all of its files are read.", err=True)
        sys.exit(common.FAILED)
    data = canonical.dumps(document) + b"\n"
    if output:
        output.write_bytes(data)
        common.say(f"{output}: {len(data):,} bytes. Check it with: lotproof pack check-proof {output} --key KEY")
    else:
        click.echo(data.decode(), nl=False)


@click.command("check-proof")
@click.argument("proof", metavar="PROOF", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--key", "keys", multiple=True, metavar="KEY", help="The log's public key, or a file with it; not from the proof.")
@common.json_option
@common.sentences
def check_proof(proof: Path, keys: tuple[str, ...], as_json: bool) -> None:
    """Check the proof of a serial and show the rows that it proves. Needs neither pack nor workspace.

    Exits 0 proved, 1 changed, 2 no proof, 3 undecided (for example without --key).

    \b
    Examples:
      lotproof pack check-proof ABC123.proof --key site.vkey
    """
    from lotproof.ledger.note import NoteError, parse_vkey
    from lotproof.packs.verify.keyfile import read_keys
    from lotproof.packs.verify.serial import check_serial

    try:
        known = [parse_vkey(line) for line in read_keys(keys)]
    except NoteError as error:
        raise click.UsageError(f"--key: {error}") from None
    shown = check_serial(proof.read_bytes(), known)
    if as_json:
        common.emit({**shown.report.to_json(), "items": list(shown.items), "rows": list(shown.rows)})
    else:
        common.say(f"About {' or '.join(shown.items) or 'nothing'}")
        for row in shown.rows:
            common.say(_line(row))
        for step in shown.report.steps:
            for problem in step.problems:
                common.say(f"{problem.code}: {problem.sentence}")
        common.say(shown.report.verdict)
    sys.exit(shown.report.exit_code)


def _line(row: dict[str, Any]) -> str:
    told = (row.get("at_utc") or row.get("at_text") or "no time", row.get("step"), row.get("place"), row.get("parent_text"))
    return f"{'  '.join(str(part) for part in told if part)}  source {str(row.get('source'))[:16]}, position {row.get('position')}"

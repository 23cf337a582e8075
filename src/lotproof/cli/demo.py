"""lotproof demo and simulate."""

from __future__ import annotations

import json
import shutil
import sys
import time as clock
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from lotproof.cli import common

MARK = ".lotproof-demo"


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=Path("lotproof-demo"))
@click.option("--seed", type=click.IntRange(min=0), default=None, help="Another site than the usual one.")
@click.option("--serve", "served", is_flag=True, help="Open the quality desk on it, with people and an incident whose hour runs.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="With --serve.")
@click.option("--api-key", "api_key", default=None, metavar="KEY", help="With --serve: a key that may do all at /epcis/.")
@click.option("--browser/--no-browser", default=True, help="With --serve: open a browser.")
@common.json_option
@common.now_option
@common.actor_option
@common.sentences
def demo(
    folder: Path, seed: int | None, served: bool, port: int, api_key: str | None, browser: bool, as_json: bool, now: str | None,
    actor: str | None,
) -> None:  # fmt: skip
    """Write a sample site with faults in it, run the whole job on it, and say what to open and try next.

    \b
    Examples:
      lotproof demo
      lotproof demo try-it --serve --port 8000
    """
    from lotproof.cli.words import balance_lines, diagnosis_lines, finding_lines, receipt_lines
    from lotproof.packs.job import build_pack
    from lotproof.simulate import sample

    began = clock.monotonic()
    time, say = common.time_text(now), common.silent if as_json else common.say
    _fresh(folder)
    say(f"Writing a sample packaging site to {folder / 'site'} …")
    spec = sample(seed) if seed is not None else sample()
    truth = _write(spec, folder / "site", folder / "truth.json")
    say(f"Taking it in, running the rules, reconciling, building the pack {folder / 'EP-DEMO'} …")
    with common.progress_bar() as progress:
        built = build_pack(
            folder / "site", folder / "EP-DEMO", folder / "workspace", None, time, common.actor_name(actor), None, progress
        )
    if served:
        if api_key:
            from lotproof.api.keys import add_key

            add_key("demo", ("admin",), api_key, time, common.actor_name(actor))
        _serve(folder / "workspace", built.outcome.findings, time, port, browser, as_json)
        return
    if as_json:
        common.emit({**built.document(), "truth": str(folder / "truth.json"), "workspace": str(folder / "workspace")})
        return
    outcome = built.outcome
    for lines in (receipt_lines(built.receipts), finding_lines(outcome), diagnosis_lines(outcome), balance_lines(outcome.balances)):
        for line in lines:
            common.say(line)
    expected = sorted({entry["code"] for entry in truth["expected"]})
    common.say(f"The site was made with faults that show as {', '.join(expected)} (truth.json beside it).")
    common.say(f"Done in {clock.monotonic() - began:.1f} s. What to do next:")
    for line in _next(folder, built):
        common.say(f"  {line}")


def _serve(home: Path, findings: Any, time: str, port: int, browser: bool, as_json: bool) -> None:
    """Make the sample desk, say who may enter, and serve it until it is stopped."""
    from lotproof.cli.demo_desk import PASSWORD, PEOPLE, sample_desk
    from lotproof.cli.serve import stream_port_of
    from lotproof.web.server import serve
    from lotproof.workspace.place import open_workspace

    number = sample_desk(open_workspace(home, time, "lotproof demo", create=False), findings, time)
    address = f"http://127.0.0.1:{port}/"
    if as_json:
        accounts = [{"user": user, "name": name, "role": role, "password": PASSWORD} for user, (name, role) in PEOPLE.items()]
        common.emit({"address": address, "incident": number, "accounts": accounts})
    else:
        common.say(f"The desk is at {address}, incident {number} waits behind the sign-in page. Sample accounts:")
        for user, (name, role) in PEOPLE.items():
            common.say(f"  {user:<10} {PASSWORD:<24} {name}, {role}")
        common.say("Ctrl-C ends it.")
    if browser and not as_json:
        click.launch(address)
    serve(home, "127.0.0.1", port, 1, stream_port_of("127.0.0.1", port, None))


def _fresh(folder: Path) -> None:
    if folder.exists() and any(folder.iterdir()):
        if not (folder / MARK).exists():
            raise click.UsageError(f"{folder} holds files that are no demo of Lotproof's; name another folder: lotproof demo OTHER")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).write_text("Made by lotproof demo; removed when it runs again.\n", encoding="ascii")


def _write(spec: object, folder: Path, truth_file: Path) -> dict[str, list[dict[str, str]]]:
    from lotproof.simulate import SiteSpec, iter_files, truth_of

    assert isinstance(spec, SiteSpec)
    for name, pieces in iter_files(spec):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as stream:
            stream.writelines(pieces)
    truth: dict[str, list[dict[str, str]]] = truth_of(spec)
    truth_file.parent.mkdir(parents=True, exist_ok=True)
    truth_file.write_text(json.dumps(truth, indent=1) + "\n", encoding="utf-8")
    return truth


def _next(folder: Path, built: object) -> list[str]:
    from lotproof.packs.job import Built

    assert isinstance(built, Built)
    program = "lotproof" if shutil.which("lotproof") else str(Path(sys.argv[0]))
    item = next((found.items[0] for found in built.outcome.findings if found.items and "(21)" in found.items[0]), "")
    original = next(iter(sorted((built.pack / "data" / "raw").rglob("*.csv"))), built.pack / "data" / "findings.json")
    return [
        f"open     {built.start}   (and data/report/report.pdf)",
        f"trace    {program} trace '{item}' --workspace {folder / 'workspace'}",
        f"verify   {program} verify {built.pack} --key {built.key_file}",
        f"flip     printf 'X' | dd of='{original}' bs=1 seek=200 conv=notrunc status=none   and verify again",
        f"anyone   python3 {built.pack / 'verify' / 'verify.py'} --key {built.key_file}",
        f"yours    {program} build YOUR-FOLDER -o EP-2026-0001",
    ]


@click.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path, file_okay=False))
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same bytes.")
@click.option("--units", type=int, default=5000, show_default=True, help="Packs of the investigated lot.")
@click.option("--lots", type=int, default=1, show_default=True, help="Investigated lots.")
@click.option("--neighbours", type=int, default=2, show_default=True, help="Further lots on the same line, without faults.")
@click.option("--fault", "faults", multiple=True, help="A fault to build in; may be given several times. See --list.")
@click.option("--zone", default="Europe/Berlin", show_default=True, metavar="Area/City", help="Zone of the plant.")
@click.option("--list", "listed", is_flag=True, is_eager=False, help="List the faults and stop.")
@common.json_option
@common.sentences
def simulate(
    folder: Path | None, seed: int, units: int, lots: int, neighbours: int, faults: tuple[str, ...], zone: str, listed: bool, as_json: bool
) -> None:
    """Write a realistic site export with chosen faults into FOLDER/extract, and their truth into FOLDER/truth.json.

    \b
    Examples:
      lotproof simulate site --units 20000 --fault truncated_upload --fault jam_orphans
      lotproof simulate --list
    """
    from lotproof.simulate import FAULTS, SiteSpec, SpecError

    if listed:
        if as_json:
            common.emit({"faults": dict(FAULTS)})
        for name, sentence in () if as_json else FAULTS.items():
            common.say(f"{name:<28} {sentence}")
        return
    if folder is None:
        raise click.UsageError("FOLDER is missing: name the folder to write the site into.")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise click.UsageError(f"{folder} is not empty; invented data are never put beside real files, name a new folder.")
    try:
        spec = SiteSpec(
            seed=seed, units=units, lots=lots, neighbours=neighbours, faults=faults, zone=zone, start=datetime(2026, 3, 9, 5, 0, tzinfo=UTC)
        )
        truth = _write(spec, folder / "extract", folder / "truth.json")
    except SpecError as error:
        raise click.UsageError(str(error)) from None
    if as_json:
        common.emit({"folder": str(folder / "extract"), "truth": str(folder / "truth.json"), "lot": truth["lot"]})
    else:
        common.say(f"Wrote the site to {folder / 'extract'} and its truth to {folder / 'truth.json'}.")

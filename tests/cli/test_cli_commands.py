"""Every command, with and without --json."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import click
import pytest
from small_site import ACT, ACTOR, LATER, NOW, Site, copied, invoke, json_of, program, refused

from lotproof import __version__
from lotproof.cli.main import COMMANDS, main
from lotproof.rules.register import RULES

KEYS = {"sources", "findings", "reconciliation", "diagnosis", "pack", "root"}
SOURCE = {"name", "sha256", "kind", "rows", "stored", "quarantined", "problems"}
FINDING = {"code", "severity", "lot", "gtin", "count", "items", "sentence", "hint"}
LOT = {
    "received", "unused", "invalidated", "label_scrapped", "label_sampled", "sampled", "destroyed", "inactive", "good", "orphans",
    "unaccounted", "gross_variance", "net_variance",
}  # fmt: skip


def test_build_writes_the_document_of_the_issue(site: Site) -> None:
    assert set(site.document) >= KEYS
    assert all(set(source) >= SOURCE for source in site.document["sources"])
    assert all(set(found) >= FINDING for found in site.document["findings"])
    assert all(set(counts) == LOT for counts in site.document["reconciliation"].values())
    assert site.document["pack"] == str(site.pack)
    assert len(bytes.fromhex(site.document["root"])) == 32


@pytest.mark.shows("SEED-1", "D1-AIDE", "A11-4")
def test_build_finds_what_the_simulator_broke_and_nothing_forbidden(site: Site) -> None:
    codes = {found["code"] for found in site.document["findings"]}
    expected = {entry["code"] for entry in site.truth["expected"]}
    assert expected & set(RULES) <= codes
    assert not codes & {entry["code"] for entry in site.truth["forbidden"] if isinstance(entry, dict)}


@pytest.mark.shows("D2-211", "D1-CGMP", "A11-5")
def test_classes_of_the_lot_are_the_simulators_partition(site: Site) -> None:
    counts = site.document["reconciliation"][site.lot]
    options = [site.truth["partition"], *site.truth["partition_alternatives"]]
    assert any(all(counts[name] == value for name, value in option.items() if name in counts) for option in options)


def test_build_says_in_plain_words_what_it_did(site: Site, tmp_path: Path) -> None:
    home, pack = tmp_path / "home", tmp_path / "out.zip"
    result = invoke("build", site.folder, "-o", pack, "--workspace", home, *ACT)
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    lines = result.stdout.splitlines()
    assert re.fullmatch(r"Read [\d,]+ rows and events from \d+ files; \d+ further files? (is|are) kept without rows to read "
                        r"\([\d,]+ rows seen, 0 in quarantine, [\d,]+ headings or blank\)\.", lines[0])
    assert f"Found {len(site.document['findings'])} findings:" in lines
    assert any(line.startswith(f"Lot {site.lot} does not add up: ") for line in lines)
    assert f"Pack: {pack}" in lines
    assert any(line.startswith("Root hash of the ledger: ") for line in lines)
    assert zipfile.ZipFile(pack).testzip() is None
    assert {name.split("/")[0] for name in zipfile.ZipFile(pack).namelist()} == {"EP-out"}
    assert invoke("verify", pack, "--key", home / "keys" / "log.vkey").exit_code == 0
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_init_makes_a_workspace_and_names_its_key(tmp_path: Path) -> None:
    made = json_of("init", tmp_path / "w", "--origin", "example.com/evidence/a", *ACT)
    assert made["vkey"].startswith("example.com/evidence/a+")
    again = invoke("init", tmp_path / "w", *ACT)
    assert made["vkey"] in again.stdout
    assert (tmp_path / "w" / "keys" / "log.pem").stat().st_mode & 0o077 == 0


def test_the_name_of_a_log_cannot_change(tmp_path: Path) -> None:
    assert invoke("init", tmp_path / "w", "--origin", "example.com/a", *ACT).exit_code == 0
    sentence = refused("init", tmp_path / "w", "--origin", "example.com/b", *ACT)
    assert "is named example.com/a, which cannot change; make another workspace for example.com/b." in sentence


def test_a_log_may_not_be_named_with_a_space(tmp_path: Path) -> None:
    assert "is empty or has a space or a plus sign; choose another." in refused("init", tmp_path / "w", "--origin", "my site", *ACT)


def test_a_quotation_mark_in_the_name_of_a_log_is_kept(tmp_path: Path) -> None:
    json_of("init", tmp_path / "w", "--origin", 'the"site', *ACT)
    assert json_of("init", tmp_path / "w", *ACT)["origin"] == 'the"site'


def test_add_gives_a_receipt_for_each_file_and_sources_lists_them(site: Site, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "list.csv").write_text("OrderNo;Lot;GTIN;SerialNumber;AllocatedAt\n1;L1;09512345678901;A1;2026-03-09T05:00:00Z\n1;L1;x;A2;2026-03-09T05:00:00Z\n")
    (folder / "note.txt").write_text("Nothing to see here.\n")
    taken = json_of("add", folder, "--workspace", tmp_path / "w", *ACT)["sources"]
    assert {r["name"]: (r["kind"], r["rows"], r["stored"], r["quarantined"], r["no_data"]) for r in taken} == {
        "list.csv": ("numbers", 3, 1, 1, 1), "note.txt": ("document", 1, 0, 0, 1) if taken[1]["rows"] else ("document", 0, 0, 0, 0),
    }  # fmt: skip
    said = invoke("add", folder, "--workspace", tmp_path / "w", *ACT).stdout
    assert "list.csv: numbers, 3 rows seen = 1 stored + 1 quarantined + 1 no data" in said
    assert json_of("sources", "--workspace", tmp_path / "w")["sources"] == taken
    assert invoke("sources", "--workspace", tmp_path / "w").stdout.splitlines()[-1] == "2 sources."


def test_add_takes_several_paths_and_single_files(site: Site, tmp_path: Path) -> None:
    files = sorted(path for path in site.folder.rglob("*.csv"))[:2]
    taken = json_of("add", *files, "--workspace", tmp_path / "w", *ACT)["sources"]
    assert [receipt["name"] for receipt in taken] == [path.name for path in files]


def test_check_gives_what_build_gave(own: Site) -> None:
    again = json_of("check", "--workspace", own.home, *ACT)
    assert again["findings"] == own.document["findings"]
    assert again["reconciliation"] == own.document["reconciliation"]
    assert (again["pack"], again["root"]) == ("", "")
    assert set(again) >= KEYS


def test_check_of_one_lot_and_its_exit_code(own: Site) -> None:
    other = next(lot for lot in own.document["reconciliation"] if lot != own.lot)
    one = json_of("check", "--workspace", own.home, "--lot", other, "--fail-on", "critical", *ACT)
    assert {found["lot"] for found in one["findings"]} <= {other, ""}
    assert list(one["reconciliation"]) == [other]
    grave = invoke("check", "--workspace", own.home, "--lot", own.lot, "--fail-on", "critical", *ACT)
    assert grave.exit_code == 1
    assert "  critical SN-03  " in grave.stdout


def test_a_lot_that_nobody_knows_is_no_clean_lot(own: Site) -> None:
    for command in (("check", "--lot"), ("diagnose", "--lot"), ("reconcile",)):
        result = invoke(*command, "NOPE", "--workspace", own.home, *ACT)
        assert result.exit_code == 2
        assert 'no source of the workspace speaks of the lot "NOPE"; "lotproof reconcile" lists all.' in result.stderr


def test_trace_invents_no_life_for_a_foreign_product(own: Site) -> None:
    serial = next(item for found in own.document["findings"] for item in found["items"] if "(21)" in item).split("(21)")[1]
    result = invoke("trace", f"(01)09506000134352(21){serial}", "--workspace", own.home)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "no source of the workspace knows (01)09506000134352(21)" in result.stderr


def test_a_delivery_without_rows_is_not_called_clean(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "note.txt").write_text("nothing here")
    result = invoke("build", tmp_path / "in", "-o", tmp_path / "EP", "--workspace", tmp_path / "ws", *ACT)
    assert "Nothing could be judged: not one observation of a pack or container was read." in result.stdout
    assert "? not delivered: EPCIS events of the hub" in result.stdout


def test_reconcile_says_whether_each_lot_adds_up(own: Site) -> None:
    other = next(lot for lot in own.document["reconciliation"] if lot != own.lot)
    bad = json_of("reconcile", own.lot, "--workspace", own.home, *ACT, code=1)
    assert bad["reconciliation"] == {own.lot: own.document["reconciliation"][own.lot]}
    assert {(pair["left"], pair["right"]) for pair in bad["matrix"][own.lot]} == {
        ("numbers", "printer"), ("printer", "camera"), ("camera", "line"), ("line", "hub"),
    }  # fmt: skip
    good = invoke("reconcile", other, "--workspace", own.home, *ACT)
    assert good.exit_code == 0
    assert good.stdout.splitlines()[0].startswith(f"Lot {other} (") and good.stdout.splitlines()[0].endswith("): adds up")
    assert invoke("reconcile", "--workspace", own.home, *ACT).exit_code == 1


def test_reconcile_of_a_lot_that_nobody_knows(own: Site) -> None:
    assert 'no source of the workspace speaks of the lot "NONE"; "lotproof reconcile" lists all.' in refused(
        "reconcile", "NONE", "--workspace", own.home, *ACT
    )


def test_pack_build_is_build(site: Site, tmp_path: Path) -> None:
    few = tmp_path / "few"
    copied(site.folder / "SAP", few)
    made = json_of("pack", "build", few, "-o", tmp_path / "P", "--id", "EP-2026-0042", "--workspace", tmp_path / "w", *ACT)
    assert made["pack"] == str(tmp_path / "P")
    verified = json_of("verify", tmp_path / "P", "--key", tmp_path / "w" / "keys" / "log.vkey")
    assert (verified["pack"], verified["verdict"]) == ("EP-2026-0042", "TOTAL-PASSED")


def test_simulate_writes_a_site_and_its_truth(tmp_path: Path) -> None:
    made = json_of("simulate", tmp_path / "s", "--units", "400", "--neighbours", "0", "--fault", "jam_orphans", "--seed", "3")
    truth = json.loads(Path(made["truth"]).read_text())
    assert made["lot"] == truth["lot"]
    assert any(Path(made["folder"]).rglob("*.csv"))
    assert "is not empty; invented data are never put beside real files" in refused("simulate", tmp_path / "s")
    assert "fault 'nonsense' is unknown" in refused("simulate", tmp_path / "t", "--fault", "nonsense")
    assert "FOLDER is missing" in refused("simulate")


def test_simulate_lists_its_faults() -> None:
    assert "jam_orphans" in json_of("simulate", "--list")["faults"]
    assert invoke("simulate", "--list").stdout.startswith("truncated_upload")


def test_rules_lists_every_rule_and_shows_one() -> None:
    assert [rule["code"] for rule in json_of("rules")["rules"]] == list(RULES)
    assert [line.split()[0] for line in invoke("rules").stdout.splitlines()] == list(RULES)
    shown = invoke("rules", "agg-02").stdout
    assert shown.startswith("AGG-02  ") and "SELECT" in shown
    assert json_of("rules", "AGG-02")["rules"][0]["sql"] in shown
    assert 'there is no finding code "XYZ-99"; "lotproof rules" lists all.' in refused("rules", "XYZ-99")


@pytest.mark.parametrize("command", [*COMMANDS, "pack build"])
def test_every_command_explains_itself(command: str) -> None:
    result = invoke(*command.split(), "--help")
    assert result.exit_code == 0
    assert result.stdout.startswith("Usage: ")


SERVES = {"witness"}
"""Commands that run until they are stopped, and give no document."""
SHOWS_ONE = {"causes schema", "pack prove", "effectiveness declare"}
"""Commands whose output is a JSON document anyway."""


def every_command() -> list[str]:
    """Commands, and of groups their subcommands."""
    context = click.Context(main)
    found = []
    for name in COMMANDS:
        command = main.get_command(context, name)
        inner = list(command.commands) if isinstance(command, click.Group) else []
        found += [f"{name} {one}" for one in inner] or [name]
    return [name for name in found if name not in SHOWS_ONE and name.split()[0] not in SERVES]


@pytest.mark.parametrize("command", every_command())
def test_every_command_takes_json(command: str) -> None:
    assert "--json" in invoke(*command.split(), "--help").stdout


def test_the_program_runs_as_a_process_of_its_own(site: Site) -> None:
    assert program("--version").stdout == f"lotproof, version {__version__}\n"
    listed = program("sources", "--json", environment={"LOTPROOF_HOME": str(site.home)})
    assert (listed.returncode, listed.stderr) == (0, "")
    assert len(json.loads(listed.stdout)["sources"]) == len(site.document["sources"])
    lost = program("trace", "NOBODY", "--workspace", site.home)
    assert lost.returncode == 1
    assert lost.stderr.startswith("Error: no source of the workspace knows (21)NOBODY; check the spelling")


def test_a_reader_that_goes_away_is_no_error(site: Site) -> None:
    import subprocess

    from small_site import PROGRAM

    with subprocess.Popen([PROGRAM, "rules"], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout and process.stderr
        process.stdout.close()
        assert process.stderr.read() == b""


def test_who_acts_and_when_stand_in_the_ledger(site: Site, tmp_path: Path) -> None:
    made = program("init", tmp_path / "w", "--now", LATER, environment={"LOTPROOF_ACTOR": "robot-7"})
    assert made.returncode == 0
    entries = [json.loads(line) for line in (site.pack / "data/audit/audit.ndjson").read_text().splitlines()]
    assert {(entry["time"], entry["actor"]) for entry in entries} == {(NOW, ACTOR)}
    from lotproof.ledger import store
    from lotproof.ledger.entry import parse_entry
    from lotproof.workspace.place import open_workspace

    open_workspace(tmp_path / "w", NOW, ACTOR, create=False)
    assert [(parse_entry(e).time, parse_entry(e).actor) for e in store.entries()] == [(LATER, "robot-7")]


def test_demo_goes_the_whole_road(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from lotproof import simulate

    small = simulate.SiteSpec(seed=5, units=400, neighbours=0, units_per_case=6, cases_per_pallet=4, faults=("jam_orphans", "double_print"))
    monkeypatch.setattr(simulate, "sample", lambda *_: small)
    document = json_of("demo", tmp_path / "d", "--seed", "5", *ACT)
    assert set(document) >= KEYS
    assert {"SN-03", "SN-09"} <= {finding["code"] for finding in document["findings"]}
    assert invoke("verify", document["pack"], "--key", tmp_path / "d" / "workspace" / "keys" / "log.vkey").exit_code == 0


def test_demo_overwrites_nothing_that_is_not_its_own(tmp_path: Path) -> None:
    (tmp_path / "thesis.doc").write_text("years of work")
    assert "holds files that are no demo of Lotproof's; name another folder: lotproof demo OTHER" in refused("demo", tmp_path)
    assert (tmp_path / "thesis.doc").read_text() == "years of work"


@pytest.mark.slow
def test_the_usual_demo_finds_what_its_truth_says(tmp_path: Path) -> None:
    done = program("demo", tmp_path / "d")
    assert (done.returncode, done.stderr) == (0, "")
    assert "The site was made with faults that show as " in done.stdout
    assert all(f"  {word} " in done.stdout for word in ("open", "trace", "verify", "flip", "anyone", "yours"))
    again = program("demo", tmp_path / "d", "--json")
    document, truth = json.loads(again.stdout), json.loads((tmp_path / "d" / "truth.json").read_text())
    found = {finding["code"] for finding in document["findings"]}
    assert {entry["code"] for entry in truth["expected"]} & set(RULES) <= found
    key = tmp_path / "d" / "workspace" / "keys" / "log.vkey"
    assert program("verify", document["pack"], "--key", key, "--recompute").returncode == 0


def test_a_command_that_needs_neither_statistics_nor_signatures_of_pdf_does_not_wait_for_them(tmp_path):
    """They are more than half of the time in which a command starts."""
    code = "import sys; from lotproof.cli.main import main; main(sys.argv[1:], standalone_mode=False); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code, "init", str(tmp_path / "w")], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.splitlines()[-1].split())
    assert "lotproof.workspace.place" in loaded
    assert not loaded & {"scipy.stats", "scipy.special", "scipy.optimize", "scipy.sparse", "pyhanko"}

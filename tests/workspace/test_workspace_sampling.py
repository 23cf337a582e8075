"""Samples of the workspace: selection and evaluation are entries of the ledger, made and judged again from it."""

from __future__ import annotations

import json
from pathlib import Path

from small_site import ACT, Site, invoke, json_of, refused

from lotproof.ledger import store


def test_a_selection_is_kept_in_the_ledger_and_comes_out_again(own: Site) -> None:
    result = invoke("sample", "select", "--lot", own.lot, "--item-level", "case", "--n", 3, "--seed", "witness", "--workspace", own.home, "--json", *ACT)
    chosen = json.loads(result.stdout)
    assert chosen["number"] == 1
    assert len(chosen["units"]) == 3
    assert all(unit.startswith("(00)") for unit in chosen["units"])
    again = invoke("sample", "replay", 1, "--workspace", own.home, "--json")
    told = json.loads(again.stdout)
    assert (again.exit_code, told["list_same"], told["units_same"], told["units"]) == (0, True, True, chosen["units"])
    assert (told["entry"]["seed"], told["entry"]["list_sha256"], told["entry"]["confidence"]) == ("witness", chosen["list_digest"], "0.95")
    assert invoke("sample", "replay", 2, "--workspace", own.home).stderr == "Error: The ledger holds 1 selections; there is no number 2.\n"


def test_a_lot_without_such_items(site: Site) -> None:
    result = invoke("sample", "select", "--lot", "NO-LOT", "--n", 3, "--seed", "s", "--workspace", site.home)
    assert result.exit_code == 2
    assert result.stderr == 'Error: The workspace knows no item of level unit in the lot "NO-LOT"; lotproof state --lot shows what it has.\n'


def test_an_evaluation_is_an_entry_and_is_judged_again(own: Site, tmp_path: Path) -> None:
    plan = ("--plan", "5 % at 95 %", "--accept", 1)
    chosen = json_of("sample", "select", "--lot", own.lot, "--item-level", "case", "--n", 4, "--seed", "w", "--workspace", own.home, *plan, *ACT)
    (tmp_path / "selection.json").write_text(json.dumps(chosen))
    rows = [(unit, "wrong" if at < 2 else "ok") for at, unit in enumerate(chosen["units"])]
    (tmp_path / "results.csv").write_text("unit,result\n" + "".join(f"{unit},{word}\n" for unit, word in rows))
    files = (tmp_path / "selection.json", tmp_path / "results.csv")
    told = json_of("sample", "evaluate", *files, "--noun", "cases", "--workspace", own.home, *ACT, code=1)
    bodies = list(store.bodies("record", "sampling"))
    assert [body["type"] for body in bodies] == ["selection", "evaluation"]
    assert bodies[0]["units"] == chosen["units"] and bodies[0]["plan"] == "5 % at 95 %"
    assert bodies[1]["wrong"] == chosen["units"][:2] and bodies[1]["verdict"] == "rejected" and bodies[1]["consequence"] == told["consequence"]
    again = json_of("sample", "replay", 1, "--workspace", own.home)
    assert again["evaluations"] == [{"evaluation": bodies[1], "same": True}]
    assert "rejected: 2 wrong, 0 not looked at; the verdict comes out again." in invoke("sample", "replay", 1, "--workspace", own.home).stdout
    store.append("record", "sampling", "2026-11-22T09:00:00Z", "x", {**bodies[1], "verdict": "accepted"})
    forged = json_of("sample", "replay", 1, "--workspace", own.home, code=1)
    assert [one["same"] for one in forged["evaluations"]] == [True, False]


def test_a_selection_of_a_list_is_kept_and_replayed_with_the_list(own: Site, tmp_path: Path) -> None:
    listed = tmp_path / "cases.csv"
    listed.write_text("sscc\n" + "".join(f"C{at:03}\n" for at in range(40)))
    chosen = json_of("sample", "select", listed, "--n", 5, "--seed", "w", "--keep", "--workspace", own.home, *ACT)
    assert chosen["number"] == 1
    assert json_of("sample", "replay", 1, "--list", listed, "--workspace", own.home)["units"] == chosen["units"]
    assert refused("sample", "replay", 1, "--workspace", own.home) == (
        "Error: Selection 1 was made of a list that the workspace does not hold; name the file with --list.\n"
    )
    listed.write_text(listed.read_text() + "C040\n")
    assert json_of("sample", "replay", 1, "--list", listed, "--workspace", own.home, code=3)["list_same"] is False


def test_an_evaluation_of_another_selection_is_refused(own: Site, tmp_path: Path) -> None:
    chosen = json_of("sample", "select", "--lot", own.lot, "--item-level", "case", "--n", 2, "--seed", "w", "--workspace", own.home, *ACT)
    (tmp_path / "selection.json").write_text(json.dumps({**chosen, "seed": "another"}))
    (tmp_path / "results.csv").write_text("unit,result\n" + "".join(f"{unit},ok\n" for unit in chosen["units"]))
    told = refused("sample", "evaluate", tmp_path / "selection.json", tmp_path / "results.csv", "--workspace", own.home)
    assert told == "Error: Selection 1 of the ledger is another one than that of this file; evaluate the file that it was written to.\n"

"""Selections from a lot of the workspace: an entry of the ledger each, and made again from it."""

from __future__ import annotations

import json

from small_site import ACT, Site, invoke


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

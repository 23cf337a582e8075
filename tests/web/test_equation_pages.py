"""The numbers of a lot lead to its equations, and what does not fit to the items."""

from __future__ import annotations

import re

from lotproof.workspace.outcomes import lots_known


def test_from_the_number_to_the_equation_to_the_items(visit, floor, monkeypatch):
    found = {"balance": {"gtin": "0", "verdict": "does not add up", "counts": {"good": 3}, "matrix": [], "equations": [
        {"number": 4, "title": "master", "level": "unit", "verdict": "does not add up", "undecided": "", "gross": 1, "net": 1,
         "left": {"letter": "R", "name": "numbers known", "count": 4}, "right": [{"letter": "G", "name": "good", "count": 3}],
         "residues": [{"name": "X: unaccounted", "count": 2, "items": ["(01)09529502006293(21)A1"]}]}]},
        "findings": [], "diagnosis": [], "scope": [], "suspects": []}  # fmt: skip
    from lotproof.web.views import lots

    monkeypatch.setattr(lots, "lot_found", lambda _workspace, name: found if name == "L/1" else None)
    client = visit("qa-1")
    page = client.get("/lots/L%2F1/").content.decode()
    (address,) = set(re.findall(r'href="(/lots/[^"]*/equations/)"', page))
    page = client.get(address).content.decode()
    assert "numbers known 4 = good 3" in " ".join(page.split()) and "X: unaccounted: 2" in page
    page = client.get(address + "unit/4/0/").content.decode()
    assert "(01)09529502006293(21)A1" in page and "lotproof reconcile L/1 --items" in page
    assert client.get(address + "unit/4/1/").status_code == 404
    assert client.get("/lots/none/equations/").status_code == 404
    assert lots_known(floor.workspace) == []

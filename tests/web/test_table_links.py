"""Every table of every page has CSV and JSON, with what it shows."""

from __future__ import annotations

import csv
import io
import re

import pytest
from test_who_may_enter import addresses

from lotproof.web.table_links import tables_of


def test_every_table_of_every_page_has_both_files_and_they_hold_its_rows(visit, floor):
    number = floor.approved()
    client = visit("qa-1")
    seen = 0
    for address, _ in addresses(number):
        answer = client.get(address)
        page = answer.content.decode() if answer.headers["Content-Type"].startswith("text/html") else ""
        bare = re.sub(r'<p class="files">.*?</p>', "", page)
        whole, others = page.count("<table data-whole"), tables_of(bare)
        assert page.count("<table") == whole + len(others), address
        assert page.count('as=csv"') == page.count('as=json"') == len(others), address
        assert not whole or re.search(r'href="[^"]*\.csv"', page), address
        for at, (heads, rows) in enumerate(others, 1):
            seen += 1
            join = "&" if "?" in address else "?"
            given = client.get(f"{address}{join}table={at}&as=json").json()
            assert (given["columns"], given["rows"]) == (heads, rows)
            text = client.get(f"{address}{join}table={at}&as=csv").content.decode()
            assert len(list(csv.reader(io.StringIO(text)))) == 1 + len(rows)
            assert all(len(row) == len(heads) for row in rows), (address, heads, rows)
    assert seen > 5


def test_what_is_there_to_be_pressed_is_no_content_of_a_cell():
    html = '<table><thead><tr><th>A</th><th>B</th></tr></thead><tbody><tr><td>1 <b>x</b></td><td>y<form>no</form></td></tr></tbody></table><table data-whole><tr><td>z</td></tr></table>'
    assert tables_of(html) == [(["A", "B"], [["1 x", "y"]])]
    assert tables_of("<table><tr><th>a</th><td>1</td></tr></table>") == [(["1", "2"], [["a", "1"]])]


@pytest.mark.parametrize("asked", ["?table=9&as=csv", "?table=0&as=json"])
def test_a_table_that_is_not_there_is_said(visit, asked):
    answer = visit("qa-1").get(f"/trail/{asked}")
    assert answer.status_code == 404 and "This page has no table" in answer.content.decode()


def test_a_formula_stays_text(visit, floor):
    number = floor.opened()
    floor.do(number, "op-1", "containment-step", step="isolate", what="x", held=["=1+1"])
    client = visit("qa-1")
    files = [client.get(f"/incidents/{number}/?table={at}&as=csv") for at in range(1, 6)]
    text = "".join(one.content.decode() for one in files if one.status_code == 200)
    assert "'=1+1" in text and ",=1+1" not in text

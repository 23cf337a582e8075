"""A fault tree given to the build: sealed as it is, its numbers in the ledger, drawn with its cut sets in section 15."""

import json

import pytest
from small_site import ACT, invoke, refused, spec, write_site

TEXT = """tree late "A lot leaves before its report"
LATE = and(or(never-sent, rejected), no-check)
event never-sent = 0.002 "Nobody started the upload" [RPT-01]
event rejected = 0.01 "Hub <rejected> the file" [RPT-02]
event no-check = 0.05 "Release does not ask"
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("with-tree")
    write_site(made / "export", spec(units=100, faults=()))
    (made / "late.tree").write_text(TEXT)
    return made


@pytest.mark.shows("SEED-5")
def test_the_tree_is_sealed_analysed_and_drawn(folder, tmp_path):
    pack = tmp_path / "EP-T"
    result = invoke("build", folder / "export", "-o", pack, "--workspace", tmp_path / "w", "--fault-tree", folder / "late.tree", "--json", *ACT)
    assert result.exit_code == 0, result.output
    assert (pack / "data/fault-tree/late.tree").read_text() == TEXT
    told = json.loads((pack / "data/fault-tree/analysis.json").read_text())
    assert told["probability"] == pytest.approx((1 - 0.998 * 0.99) * 0.05) and told["by_order"] == {"2": 2}
    entries = [json.loads(line) for line in (pack / "data/audit/audit.ndjson").read_text().splitlines()]
    (entry,) = [one for one in entries if (one.get("body") or {}).get("type") == "fault-tree"]
    assert entry["body"]["sha256"] == told["sha256"] and float(entry["body"]["probability"]) == told["probability"]
    pages = "".join(path.read_text() for path in (pack / "data/html").rglob("*.html"))
    assert "Fault tree: A lot leaves before its report" in pages and "Hub &lt;rejected&gt; the file; Release does not ask" in pages
    assert "Hub <rejected>" not in pages
    assert (pack / "data/report/report.pdf").read_bytes().startswith(b"%PDF")
    assert invoke("verify", pack, "--key", tmp_path / "w/keys/log.vkey").exit_code == 0


def test_a_tree_that_cannot_be_read_stops_the_build_before_anything_is_written(folder, tmp_path):
    (tmp_path / "bad.tree").write_text("T = pand(a, b)\n")
    said = refused("build", folder / "export", "-o", tmp_path / "EP-T", "--workspace", tmp_path / "w", "--fault-tree", tmp_path / "bad.tree")
    assert "bad.tree, line 1: pand is a dynamic gate" in said
    assert not (tmp_path / "EP-T").exists() and not (tmp_path / "w").exists()
    (tmp_path / "analysis.json").write_text(TEXT)
    said = refused("build", folder / "export", "-o", tmp_path / "EP-T", "--fault-tree", tmp_path / "analysis.json")
    assert said == "Error: analysis.json is a name that the pack gives to what it makes of the tree; rename the file.\n"

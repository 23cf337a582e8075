"""A recomputation tells every result that the originals do not give, even under a seal made anew by the right key."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from small_site import ACT, Site, copied, json_of

from lotproof.packs import recompute
from lotproof.packs.verify.report import Report

_MADE: dict[str, Any] = {}
"""What is made once a worker: the recomputation of the small site, a pack of two files."""


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Originals that no test here changes are read once: the comparison is what is tested."""
    really = recompute._again

    def once(source: Any, run: Any, listed: Any, work: Path, progress: Any) -> recompute.Again:
        if "again" not in _MADE:
            made = really(source, run, listed, work, progress)
            kept = tmp_path_factory.mktemp("again") / "data"
            shutil.copytree(made.data, kept)
            _MADE["again"] = replace(made, data=kept)
        return _MADE["again"]

    monkeypatch.setattr(recompute, "_again", once)


@pytest.fixture
def pack(site: Site, tmp_path: Path) -> Path:
    """A copy of the pack that may be changed."""
    return copied(site.pack, tmp_path / "EP-1")


def _sentences(pack: Path) -> list[str]:
    """What the recomputation says of a pack."""
    report = recompute.with_recomputation(pack, Report("EP-1", ()), lambda *_: None)
    assert [step.name for step in report.steps] == ["recompute"]
    assert report.exit_code == (1 if report.steps[0].problems else 0)
    return [problem.sentence for problem in report.steps[0].problems]


def _findings(pack: Path) -> tuple[Path, list[dict[str, Any]]]:
    path = pack / "data" / "findings.json"
    return path, json.loads(path.read_text())["findings"]


def _dump(path: Path, value: Any) -> None:
    path.write_bytes(json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() + b"\n")


@pytest.mark.shows("D2-A22")
def test_an_untouched_pack_gives_everything_again(site: Site, quick: None) -> None:
    assert _sentences(site.pack) == []


def test_a_finding_stated_twice_does_not_hide_behind_the_true_one(site: Site, pack: Path, quick: None) -> None:
    path, findings = _findings(pack)
    _dump(path, {"findings": [{**findings[0], "count": 5000}, *findings]})
    sentences = _sentences(pack)
    assert len(sentences) == 1 and sentences[0].endswith("2 times; the originals give it 1 times.")


@pytest.mark.shows("P11-10a")
def test_a_finding_left_out_or_made_smaller_is_told(site: Site, pack: Path, quick: None) -> None:
    path, findings = _findings(pack)
    _dump(path, {"findings": [{**findings[1], "items": findings[1]["items"][:-1]}, *findings[2:]]})
    sentences = _sentences(pack)
    assert any(sentence.startswith(f"The originals give {findings[0]['code']}/") for sentence in sentences)
    assert any(sentence.endswith("the pack and the originals differ in items.") for sentence in sentences)


@pytest.mark.shows("P11-10a")
def test_a_changed_number_is_told(site: Site, pack: Path, quick: None) -> None:
    path = pack / "data" / "reconciliation.json"
    balances = json.loads(path.read_text())
    balances["reconciliation"][site.lot]["counts"]["good"] += 1
    _dump(path, balances)
    assert _sentences(pack) == [f"Lot {site.lot}: the pack and the originals differ in good."]


def test_a_changed_list_is_told(site: Site, pack: Path, quick: None) -> None:
    good = pack / "data" / "reconciliation" / site.lot / "good.csv"
    good.write_text("".join(good.read_text().splitlines(keepends=True)[:-1]))
    (pack / "data" / "findings" / "SN-99-site.csv").write_text("item\n")
    assert set(_sentences(pack)) == {
        f"data/reconciliation/{site.lot}/good.csv: the pack and the originals differ in the rows of this list.",
        "The pack holds the list data/findings/SN-99-site.csv; the originals do not give it.",
    }


def test_an_original_that_is_not_listed_is_told(site: Site, pack: Path) -> None:
    path = pack / "data" / "sources.json"
    listed = json.loads(path.read_text())["sources"]
    hidden = next(entry for entry in listed if entry["kind"] == "calibration")
    _dump(path, {"sources": [entry for entry in listed if entry is not hidden]})
    sentences = _sentences(pack)
    assert f"data/{hidden['raw']} is an original that data/sources.json does not list, so nothing was computed from it." in sentences


@pytest.mark.parametrize("name", ["run.json", "sources.json", "findings.json", "reconciliation.json", "statements.json"])
@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"findings":[1],"sources":[1],"reconciliation":[1],"statements":[1],"profiles":[1]}', b"[" * 100_000])
def test_results_that_are_no_results_give_a_problem_and_no_traceback(site: Site, tmp_path: Path, name: str, content: bytes) -> None:
    few = _little_pack(site, tmp_path)
    (few / "data" / name).write_bytes(content)
    report = recompute.with_recomputation(few, Report("EP", ()), lambda *_: None)
    assert report.steps[-1].name == "recompute"
    assert report.exit_code == 1
    assert report.steps[-1].problems[0].sentence


def _little_pack(site: Site, tmp_path: Path) -> Path:
    """A pack of two small files, made once a worker."""
    if "pack" not in _MADE:
        home = Path(str(tmp_path) + "-little")
        json_of("build", copied(site.folder / "SAP", home / "in"), "-o", home / "EP", "--workspace", home / "w", "--zone", "UTC", *ACT)
        _MADE["pack"] = home / "EP"
    return copied(_MADE["pack"], tmp_path / "EP")


def test_a_path_in_a_pack_leads_nowhere(site: Site, tmp_path: Path) -> None:
    few = _little_pack(site, tmp_path)
    path = few / "data" / "sources.json"
    listed = json.loads(path.read_text())["sources"]
    _dump(path, {"sources": [{**listed[0], "raw": "../../../../../../etc/passwd"}, {**listed[1], "name": "../../x"}]})
    report = recompute.with_recomputation(few, Report("EP", ()), lambda *_: None)
    assert report.exit_code == 1
    assert "root:" not in str(report)
    assert not (tmp_path.parent / "x").exists()


def test_a_number_that_only_the_statements_change_is_told(site: Site, pack: Path, quick: None) -> None:
    path = pack / "data" / "statements.json"
    statements = json.loads(path.read_text())["statements"]
    changed = next(statement for statement in statements if statement["id"].endswith("/good"))
    changed["value"] += 1
    gone = statements.pop(0)
    _dump(path, {"statements": statements})
    assert _sentences(pack) == [
        f"{changed['id']}: the pack states {changed['value']}, the originals give {changed['value'] - 1}.",
        f"{gone['id']}: the pack states nothing, the originals give {gone['value']}.",
    ]


def test_a_pack_of_another_version_says_so_and_is_undecided(site: Site, pack: Path, quick: None) -> None:
    path = pack / "data" / "run.json"
    _dump(path, {**json.loads(path.read_text()), "version": "0.0.9"})
    report = recompute.with_recomputation(pack, Report("EP-1", ()), lambda *_: None)
    assert [problem.sentence for problem in report.steps[0].problems] == [
        "The pack was made by Lotproof 0.0.9, this is 0.1.0; differences may come from that."
    ]
    assert report.exit_code == 3


def test_nothing_is_left_behind(site: Site, quick: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import tempfile

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    _sentences(site.pack)
    assert list(tmp_path.iterdir()) == []

"""`lotproof verify`: what it says of a sound pack, a changed one, one made up, and no pack at all."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from resealed import reseal
from small_site import ACT, Site, copied, invoke, json_of, program


def _codes(report: dict[str, Any], step: str) -> set[str]:
    return {problem["code"] for part in report["steps"] if part["name"] == step for problem in part["problems"]}


def _sentences(report: dict[str, Any], step: str) -> list[str]:
    return [problem["sentence"] for part in report["steps"] if part["name"] == step for problem in part["problems"]]


def _status(report: dict[str, Any]) -> dict[str, str]:
    return {step["name"]: step["status"] for step in report["steps"]}


@pytest.fixture
def pack(site: Site, tmp_path: Path) -> Path:
    """A copy of the pack that may be changed."""
    return copied(site.pack, tmp_path / "EP-1")


def test_a_sound_pack_passes_with_recomputation(site: Site) -> None:
    report = json_of("verify", site.pack, "--key", site.key, "--recompute")
    assert (report["verdict"], report["exit_code"], report["pack"]) == ("TOTAL-PASSED", 0, "EP-1")
    assert list(_status(report)) == ["open", "seal", "fixity", "checkpoint", "ledger", "statements", "recompute"]
    assert set(_status(report).values()) == {"passed"}


def test_verification_needs_no_workspace_no_database_and_no_django(site: Site, tmp_path: Path) -> None:
    code = (
        "import sys; from lotproof.cli.main import main\n"
        f"try: main(['verify', {str(site.pack)!r}, '--key', {site.key!r}, '--recompute'])\n"
        "except SystemExit as e: print(e.code, [m for m in sys.modules if m == 'django' or m.startswith('lotproof.workspace')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.stdout.splitlines()[-1] == "0 []", done.stdout + done.stderr
    assert list(tmp_path.iterdir()) == []


def test_without_a_key_from_elsewhere_it_stays_undecided(site: Site) -> None:
    report = json_of("verify", site.pack, code=3)
    assert (report["verdict"], _status(report)["seal"]) == ("INDETERMINATE", "undetermined")
    assert program("verify", site.pack).returncode == 3


def test_a_key_as_text_is_as_good_as_a_file(site: Site) -> None:
    assert invoke("verify", site.pack, "--key", Path(site.key).read_text().strip()).exit_code == 0


def test_a_strangers_key_does_not_pass(site: Site, tmp_path: Path) -> None:
    """One under the log's own name contradicts; one under another name says nothing."""
    own_name = json_of("init", tmp_path / "one", *ACT)["vkey"]
    other_name = json_of("init", tmp_path / "two", "--origin", "example.com/other", *ACT)["vkey"]
    assert _codes(json_of("verify", site.pack, "--key", own_name, code=1), "seal") == {"not-signed"}
    assert json_of("verify", site.pack, "--key", other_name, code=3)["verdict"] == "INDETERMINATE"


@pytest.mark.parametrize("what", ["nothing", "a file", "an empty folder", "a key that is none"])
def test_what_is_no_pack_ends_with_2(what: str, site: Site, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "folder").mkdir()
    path = {"nothing": tmp_path / "none", "a file": tmp_path / "file", "an empty folder": tmp_path / "folder"}.get(what, site.pack)
    keys = ["--key", "rubbish"] if what == "a key that is none" else []
    report = json_of("verify", path, *keys, "--recompute", code=2)
    assert report["verdict"] == "INDETERMINATE"
    assert len(report["steps"]) == 1 and len(report["steps"][0]["problems"]) == 1


def test_a_changed_original_is_told_by_fixity_and_by_recomputation(site: Site, pack: Path) -> None:
    item = site.finding("SN-03")["items"][0]
    serial = item.split("(21)")[1]
    camera = next(path for path in (pack / "data" / "raw" / "Linie").iterdir() if "amera" in path.name)
    content = camera.read_bytes()
    assert serial.encode() in content
    camera.write_bytes(content.replace(serial.encode(), serial[::-1].encode(), 1))
    report = json_of("verify", pack, "--key", site.key, "--recompute", code=1)
    assert _status(report) | {"fixity": "failed", "recompute": "failed"} == _status(report)
    assert any(camera.name in sentence for sentence in _sentences(report, "fixity"))
    assert any(f"{camera.name}: the pack says sha256 " in sentence for sentence in _sentences(report, "recompute"))
    assert "recompute-list" in _codes(report, "recompute")


def _findings(pack: Path) -> tuple[Path, list[dict[str, Any]]]:
    path = pack / "data" / "findings.json"
    return path, json.loads(path.read_text())["findings"]


def _dump(path: Path, value: Any) -> None:
    path.write_bytes(json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() + b"\n")


def test_an_added_finding_is_told_even_under_a_seal_made_anew(site: Site, pack: Path) -> None:
    """Whoever holds the key can seal anything; the originals contradict all the same."""
    path, findings = _findings(pack)
    _dump(path, {"findings": [*findings, {**findings[0], "code": "INT-01", "sentence": "The other side's fault."}]})
    reseal(pack, site.home)
    report = json_of("verify", pack, "--key", site.key, "--recompute", code=1)
    assert {name for name, status in _status(report).items() if status != "passed"} == {"recompute"}
    name = "/".join(("INT-01", findings[0]["lot"], findings[0]["gtin"]))
    assert _sentences(report, "recompute") == [f"The pack states {name}; the originals do not give it."]


def test_a_zip_is_verified_as_it_is(site: Site, tmp_path: Path) -> None:
    target = tmp_path / "EP-1.zip"
    with zipfile.ZipFile(target, "w") as archive:
        for path in sorted(path for path in site.pack.rglob("*") if path.is_file()):
            archive.write(path, f"EP-1/{path.relative_to(site.pack).as_posix()}")
    assert json_of("verify", target, "--key", site.key, "--recompute")["verdict"] == "TOTAL-PASSED"


def test_what_is_printed_for_a_person_names_each_step_and_the_verdict(site: Site, pack: Path) -> None:
    (pack / "data" / "findings.json").unlink()
    result = invoke("verify", pack, "--key", site.key)
    lines = result.stdout.splitlines()
    assert result.exit_code == 1
    assert [line.split()[1] for line in lines if not line.startswith(" ")][:6] == ["open", "seal", "fixity", "checkpoint", "ledger", "statements"]
    assert lines[-1] == "TOTAL-FAILED EP-1"
    assert any("data/findings.json" in line for line in lines)


def test_the_verifier_in_the_pack_agrees(site: Site, pack: Path) -> None:
    def alone(*arguments: str) -> int:
        command = [sys.executable, "-I", str(pack / "verify" / "verify.py"), *arguments]
        return subprocess.run(command, capture_output=True, cwd="/", check=False).returncode

    assert (alone(), alone("--key", site.key)) == (3, 0)
    (pack / "data" / "findings.json").write_bytes(b"{}")
    assert alone("--key", site.key) == 1 == invoke("verify", pack, "--key", site.key).exit_code

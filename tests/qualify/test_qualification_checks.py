"""The qualification kit: each check sees what is wrong, one that breaks off stops no other, the record is signed."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from case_kit import PASSWORD
from click.testing import CliRunner

from lotproof.cli.main import main
from lotproof.ledger import store
from lotproof.ledger.entry import parse_entry
from lotproof.qualify import installation, oq, oq_ledger, oq_people, run
from lotproof.qualify.check import BROKEN, FAILED, OPEN, PASSED, Check, NotHere, NotSo, Result, judge, refusal_of
from lotproof.qualify.report import html_of, text_of
from lotproof.qualify.scratch import Scratch
from lotproof.quality.requirements import requirements
from lotproof.workspace.credentials import Given
from lotproof.workspace.place import WorkspaceError

NOW = "2026-11-23T09:30:00Z"


def test_every_check_names_requirements_that_there_are_and_no_two_have_one_name():
    checks = [*installation.CHECKS, *oq.CHECKS]
    assert len({one.id for one in checks}) == len(checks)
    assert [(one.id, name) for one in checks for name in one.shows if name not in requirements()] == []
    assert all(one.shows and one.what and one.expected for one in checks)


def raising(error):
    def look(_subject):
        raise error

    return look


@pytest.mark.parametrize(
    ("error", "verdict", "seen"),
    [
        (NotSo("It was blue."), FAILED, "It was blue."),
        (NotHere("No blue here."), OPEN, "No blue here."),
        (ZeroDivisionError("by zero"), BROKEN, "The check broke off: ZeroDivisionError: by zero"),
    ],
)
def test_whatever_goes_wrong_in_a_check_is_its_result(error, verdict, seen):
    found = judge(Check("X-1", "a", "b", (), raising(error)), None)
    assert (found.verdict, found.seen, found.good) == (verdict, seen, verdict == OPEN)


def test_what_should_be_refused_and_is_done_is_told():
    with pytest.raises(NotSo, match=r"It was not refused\."):
        refusal_of(lambda: None, ValueError)


@pytest.fixture
def scratch(tmp_path, quick_hashes) -> Scratch:
    return Scratch(tmp_path, NOW)


@pytest.mark.shows("P11-10a", "A11-4")
def test_people_and_ledger_pass_on_a_sound_program(scratch):
    results = [judge(one, scratch) for one in (*oq_people.CHECKS, *oq_ledger.CHECKS) if one.id not in ("OQ-46", "OQ-26")]
    assert [(one.id, one.seen) for one in results if one.verdict != PASSED] == []


def named(name):
    return next(one for one in oq.CHECKS if one.id == name)


def test_a_ledger_without_its_triggers_is_seen(scratch):
    assert scratch.workspace
    with sqlite3.connect(scratch.home / "ledger.sqlite3") as owner:
        owner.execute("DROP TRIGGER ledger_entry_no_update")
        owner.execute("DROP TRIGGER ledger_entry_no_delete")
    assert (judge(named("OQ-20"), scratch).verdict, judge(named("OQ-20"), scratch).seen) == (FAILED, "It was not refused.")
    found = {one.id: judge(one, installation.Installed(scratch.workspace, NOW)) for one in installation.CHECKS[4:5]}
    assert found["IQ-05"].seen.startswith("The ledger lacks ledger_entry_no_delete, ledger_entry_no_update;")


def test_a_program_that_lets_people_approve_their_own_is_seen(scratch, monkeypatch):
    from lotproof.quality.acts import causes

    monkeypatch.setattr(causes, "not_own", lambda *_: None)
    assert (judge(named("OQ-47"), scratch).verdict, judge(named("OQ-47"), scratch).seen) == (FAILED, "It was not refused.")


@pytest.mark.shows("P11-10d", "A11-10")
def test_the_installation_and_its_workspace_are_looked_at(floor):
    site = installation.Installed(floor.workspace, NOW)
    results = {one.id: judge(one, site) for one in installation.CHECKS if one.id != "IQ-03"}
    assert results["IQ-02"].seen.startswith("Lotproof runs from a source tree") or results["IQ-02"].verdict == PASSED
    assert [(one.id, one.seen) for one in results.values() if one.id != "IQ-02" and not one.good] == []
    key = floor.workspace.root / "keys" / "people.json"
    key.chmod(0o644)
    assert judge(installation.CHECKS[7], site).seen.startswith("Others can read people.json (")
    key.chmod(stat.S_IRUSR | stat.S_IWUSR)
    early = judge(installation.CHECKS[6], installation.Installed(floor.workspace, "2020-01-01T00:00:00Z"))
    assert early.seen == "The clock says 2020-01-01T00:00:00Z, the last entry of the ledger 2026-11-23T08:00:00Z: one of them is wrong."


def found(*verdicts: str) -> run.Qualification:
    results = tuple(Result(f"OQ-{n:02d}", "<b>what</b>", "x", ("P11-10e",), "seen & done", verdict) for n, verdict in enumerate(verdicts))
    return run.Qualification(NOW, "0.1.0", "site", "sqlite", results)


def test_the_report_says_what_was_expected_and_seen(tmp_path):
    paths = run.write_documents(found(PASSED, FAILED), tmp_path / "out")
    document = json.loads(paths[0].read_text())
    assert (document["passed"], [one["verdict"] for one in document["results"]]) == (False, [PASSED, FAILED])
    page = html_of(document)
    assert ("NOT passed" in page, "&lt;b&gt;what&lt;/b&gt;" in page, "OQ-00, OQ-01 (failed)" in page, "<b>what" in page) == (True, True, True, False)
    assert "21 CFR 11.100(c): Send the certification to FDA once" in page
    assert "OQ-01 FAILED: <b>what</b>\n    expected: x\n    seen: seen & done\n    shows: P11-10e\n" in text_of(document)
    with pytest.raises(WorkspaceError, match="never overwritten"):
        run.write_documents(found(PASSED), tmp_path / "out")


@pytest.mark.shows("P11-10a", "A11-11", "P11-200a1")
def test_its_record_is_signed_and_a_wrong_password_leaves_none(floor, tmp_path):
    document = run.write_documents(found(PASSED), tmp_path / "out")[0]
    with pytest.raises(WorkspaceError, match="attempt 1 of 5; nothing was signed"):
        run.sign_qualification(floor.workspace, found(PASSED), document, "qa-1", Given("not the right one"), lambda: NOW, "s")
    assert [*store.entries(stream="qualification")] == []
    run.sign_qualification(floor.workspace, found(PASSED), document, "qa-1", Given(PASSWORD), lambda: NOW, "s")
    record, signature = (parse_entry(one) for one in store.entries(stream="qualification"))
    assert (record.body["content"]["verdicts"], record.body["content"]["passed"]) == ({"OQ-00": "passed"}, True)
    assert signature.body["manifestation"]["meaning"] == run.MEANING


def test_options_that_belong_to_it_alone(tmp_path):
    told = CliRunner().invoke(main, ["doctor", "--by", "qa-1", "--workspace", str(tmp_path)])
    assert (told.exit_code, "--out and --by belong to --qualify." in told.output) == (2, True)


def test_checks_that_a_dead_process_did_not_get_to_are_errors(tmp_path, monkeypatch):
    monkeypatch.setattr(run.sys, "executable", "/bin/false")
    results = list(run._operate(tmp_path, NOW, {}))
    assert {one.verdict for one in results} == {BROKEN}
    assert len(results) == len(oq.CHECKS)


@pytest.mark.slow
@pytest.mark.shows("P11-10a", "A11-4", "A11-10", "A11-11", "D2-GAMP")
def test_a_wheel_that_was_installed_qualifies_and_a_file_that_was_changed_is_named(tmp_path):
    """The whole way: build the wheel, install it beside the dependencies of this environment, qualify, change a file, qualify again."""
    root, venv = Path(__file__).parents[2], tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path], cwd=root, check=True, capture_output=True)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", venv], check=True)
    places = venv / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
    (wheel,) = tmp_path.glob("*.whl")
    subprocess.run([sys.executable, "-m", "pip", "--python", venv / "bin" / "python", "install", "-q", "--no-deps", wheel], check=True)
    # The dependencies come from this environment; addsitedir is not used, so that its editable Lotproof stays away.
    (places / "dependencies.pth").write_text(str(Path(pytest.__file__).parents[1]) + "\n")
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "DJANGO_SETTINGS_MODULE")}

    def program(*arguments):
        command = [venv / "bin" / "python", "-c", "from lotproof.cli.main import main; main()", *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, env=environment, cwd=tmp_path, timeout=600, check=False)

    assert program("init", tmp_path / "w").returncode == 0
    first = program("doctor", "--qualify", "--workspace", tmp_path / "w", "--out", tmp_path / "one")
    assert first.returncode == 0, first.stdout + first.stderr
    assert "passed         IQ-02" in first.stdout
    victim = places / "lotproof" / "quality" / "roles.py"
    victim.write_text(victim.read_text() + "\n")
    second = program("doctor", "--qualify", "--workspace", tmp_path / "w", "--out", tmp_path / "two")
    assert second.returncode == 1
    assert "1 files are not those of the wheel: lotproof/quality/roles.py was changed." in second.stdout
    shutil.rmtree(venv)

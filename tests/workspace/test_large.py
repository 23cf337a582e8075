"""A scope that is large is judged with its ordinary packs set aside, and nobody can tell but by the time it takes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from small_site import ACT, program, write_site

from lotproof.rules.finding import Finding
from lotproof.simulate import SiteSpec
from lotproof.workspace.large import gravest

FAULTS = ("jam_orphans", "double_print", "truncated_upload")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("large")
    write_site(root / "site", SiteSpec(seed=5, units=600, faults=FAULTS))
    done = program("add", root / "site", "--workspace", root / "home", *ACT)
    assert done.returncode == 0, done.stderr
    return root / "home"


def _document(home: Path, large: str, *more: str) -> dict[str, Any]:
    done = program("check", "--workspace", home, "--json", *more, *ACT, environment={"LOTPROOF_LARGE": large})
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def test_findings_equations_and_explanations_are_those_of_all_packs(home: Path) -> None:
    whole, parted = _document(home, "1", "--full"), _document(home, "1")
    for name in ("findings", "reconciliation", "matrix", "diagnosis", "suspects"):
        assert parted[name] == whole[name], name
    assert whole["limits"] == []
    assert whole["diagnosis"]


@pytest.mark.slow
def test_what_was_left_out_is_said_where_anything_was(home: Path) -> None:
    (said,) = _document(home, "1")["limits"]
    assert "ordinary packs were set aside, which changes no finding; other lots were not searched for the same cause" in said
    assert said.endswith("lotproof diagnose --full searches everything.")
    assert _document(home, "1000000")["limits"] == []


def test_the_gravest_lots_come_first() -> None:
    def found(lot: str, severity: str) -> Finding:
        return Finding("SN-01", severity, lot, "", 1, (), "", "", ())

    assert gravest([found("B", "major"), found("A", "critical"), found("C", "minor"), found("", "critical"), found("B", "major")]) == ["A", "B"]

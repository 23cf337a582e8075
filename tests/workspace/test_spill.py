"""What does not fit into memory goes to the workspace and is gone afterwards, whatever happens."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb
import pytest
from small_site import ACT, ACTOR, NOW, Site, json_of

from lotproof.lake import resolve
from lotproof.lake.engine import connect
from lotproof.workspace.job import run
from lotproof.workspace.place import Workspace, open_workspace, writing
from lotproof.workspace.sources import in_scope, receipts_of

LARGE = "CREATE OR REPLACE TEMP TABLE large AS SELECT range AS n, sha256(range::VARCHAR) AS text FROM range(2_000_000)"
"""About 150 MB."""


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_an_engine_spills_to_the_folder_it_was_given_and_removes_what_it_wrote(tmp_path: Path) -> None:
    connection = connect(tmp_path / "spill", memory="80MB", threads=1)
    connection.execute(LARGE)
    assert sum(path.stat().st_size for path in files(tmp_path / "spill")) > 50_000_000
    assert connection.execute("SELECT count(DISTINCT text) FROM large").fetchone() == (2_000_000,)
    connection.close()
    assert files(tmp_path / "spill") == []


def spilled(workspace: Workspace, fail: bool) -> list[Path]:
    """Run the rules with a visit that needs more memory than there is; what lay in the workspace meanwhile."""
    met: list[Path] = []

    def visit(connection: duckdb.DuckDBPyConnection, _lots: Sequence[str]) -> None:
        connection.execute(LARGE)
        met.extend(files(workspace.lake.scratch))
        connection.execute("DROP TABLE large")
        if fail:
            raise RuntimeError("no more")

    with writing(workspace):
        run(workspace, in_scope(receipts_of()), NOW, ACTOR, lambda *_: None, visit)
    return met


@pytest.mark.parametrize("parted", [1_000_000, 3_000], ids=["one partition", "several"])
def test_a_run_that_spills_does_so_in_the_workspace_and_leaves_nothing(own: Site, monkeypatch: pytest.MonkeyPatch, parted: int) -> None:
    monkeypatch.setenv("LOTPROOF_MEMORY", "80MB")
    monkeypatch.setenv("LOTPROOF_THREADS", "1")
    monkeypatch.setattr(resolve, "PARTITION_ROWS", parted)
    workspace = open_workspace(own.home, NOW, ACTOR, create=False)
    met = spilled(workspace, fail=False)
    assert any("duckdb_temp" in path.name for path in met)
    assert any(path.suffix == ".parquet" and "part=" in str(path) for path in met) == (parted == 3_000)
    assert list(workspace.lake.scratch.iterdir()) == []
    with pytest.raises(RuntimeError, match="no more"):
        spilled(workspace, fail=True)
    assert list(workspace.lake.scratch.iterdir()) == []


def test_what_a_killed_run_left_is_removed_by_the_next(own: Site) -> None:
    left = own.home / "tmp" / "rules-killed" / "work-1" / "cut" / "parts" / "part=0"
    left.mkdir(parents=True)
    (left / "0000-0.parquet").write_bytes(b"half")
    (left.parents[3] / "duckdb_temp_storage_DEFAULT-0.tmp").write_bytes(b"half")
    json_of("check", "--workspace", own.home, *ACT)
    assert list((own.home / "tmp").iterdir()) == []

"""The page of files shows the drop folders: none, those that are there, what came, what is wrong."""

from __future__ import annotations

from lotproof.exchange.drop.rounds import go_round
from lotproof.exchange.drop.settings import read_settings
from lotproof.exchange.drop.take import Hand


def test_the_page_of_files_shows_the_places_and_what_came_last(visit, floor, tmp_path):
    client, root = visit("read-1"), floor.workspace.root
    assert "No drop folders are set up; drop.toml in the workspace names them." in client.get("/files/").content.decode()
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "<b>.bin").write_bytes(bytes(range(256)) * 9)
    (root / "drop.toml").write_text(
        f'[[folder]]\nname = "line2"\npath = "{tmp_path}/in"\nstill_seconds = 0\n[[folder]]\nname = "gone"\npath = "/no/such"\n'
    )
    assert "not yet" in client.get("/files/").content.decode()
    go_round(Hand(floor.workspace, "lab", lambda: floor.now, {}), read_settings(root), lambda _one: None, True)
    page = client.get("/files/").content.decode()
    assert "&lt;b&gt;.bin: this is no text, no spreadsheet" in page and "<b>.bin" not in page
    assert "The place gone: there is no folder /no/such; make it" in page
    (root / "drop.toml").write_text("[[nothing]]")
    assert "drop.toml has nothing, which means nothing here" in client.get("/files/").content.decode()

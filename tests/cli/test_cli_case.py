"""lotproof case and doctor --replay: the desk without a browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_site import invoke, json_of, refused
from typing_hands import typed

NOW = "2026-11-23T08:00:00Z"
PASSWORD = "correct horse battery"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    json_of("init", tmp_path / "w", "--now", NOW, "--actor", "x")
    for user, role in (("op-1", "operator"), ("qa-1", "QA approver")):
        with typed(PASSWORD) as fd:
            json_of("people", "add", user, "--name", user.upper(), "--role", role, "--tz", "UTC", "--workspace", tmp_path / "w", "--now", NOW, *fd)
    return tmp_path / "w"


def act(how, home: Path, *arguments: object, password: str = PASSWORD):
    with typed(password) as fd:
        return how("case", *arguments, "--workspace", home, "--now", NOW, *fd)


def opened(home: Path) -> str:
    return act(json_of, home, "open", "--by", "op-1", "--set", "title=96 units missing", "--set", "severity=major", "--set", "lots=B7")["number"]


def test_an_incident_is_opened_acted_on_and_shown(home):
    number = opened(home)
    done = act(json_of, home, "do", number, "hold", "--by", "op-1", "--set", "held=C-1", "--set", "held=C-2", "--set", "why=Same pallet.")
    assert done["acts"][-1]["body"] == {"held": ["C-1", "C-2"], "why": "Same pallet."}
    told = invoke("case", "show", number, "--workspace", home, "--now", "2026-11-23T09:10:00Z").output
    assert "the five steps of containment: due 2026-11-23T09:00:00Z, 10 min over" in told
    assert "op-1 put C-1, C-2 on hold: Same pallet." in told
    assert [row["number"] for row in json_of("case", "list", "--state", "running", "--workspace", home)["incidents"]] == [number]


def test_what_is_not_possible_is_a_sentence(home):
    number = opened(home)
    assert "The incident is not contained yet" in act(refused, home, "do", number, "contain", "--by", "qa-1")
    assert "“What was done” is missing." in act(refused, home, "do", number, "containment-step", "--by", "op-1", "--set", "step=notify")
    assert "There is no incident INC-2026-0009." in act(refused, home, "do", "INC-2026-0009", "hold", "--by", "op-1", "--set", "held=x", "--set", "why=x")
    assert 'called "dance"' in act(refused, home, "do", number, "dance", "--by", "op-1")


@pytest.mark.shows("P11-10d", "P11-200a2")
def test_nobody_acts_in_the_name_of_another(home):
    number = opened(home)
    told = act(refused, home, "do", number, "hold", "--by", "op-1", "--set", "held=C-1", "--set", "why=x", password="guessed at random")
    assert "The password or code of op-1 is wrong." in told
    assert len(json_of("case", "show", number, "--workspace", home)["acts"]) == 1


def test_doctor_replays_the_desk(home):
    opened(home)
    checks = {check["name"]: check for check in json_of("doctor", "--replay", "--workspace", home)["checks"]}
    assert checks["desk"]["sentence"] == "Every list is the fold of the ledger."

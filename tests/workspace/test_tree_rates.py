"""A fault tree filled from a workspace: a simulated site with faults in a known share of its lots."""

import json

import pytest
from click.testing import CliRunner

from lotproof.cli.main import main
from lotproof.simulate import SiteSpec, iter_files

FAULTY, LOTS = 2, 8


@pytest.fixture(scope="module")
def home(tmp_path_factory, django_db_blocker):
    with django_db_blocker.unblock():
        yield made(tmp_path_factory)


def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tree-rates")
    spec = SiteSpec(seed=5, units=1_200, lots=FAULTY, neighbours=LOTS - FAULTY, faults=("late_upload", "truncated_upload"))
    for name, pieces in iter_files(spec):
        path = folder / "site" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"".join(pieces))
    ran(["init", str(folder / "w")])
    ran(["add", str(folder / "site"), "--workspace", str(folder / "w")])
    return folder / "w"


def ran(args):
    result = CliRunner().invoke(main, args)
    assert result.exit_code == 0, result.output
    return result.output


def asked(home, *more):
    return json.loads(ran(["faulttree", "unreported-batch", "--from-lake", "--workspace", str(home), "--json", *more]))


@pytest.fixture(scope="module")
def told(home):
    """What the command says of the tree as it comes; it judges the whole site each time that it is asked."""
    return asked(home)


def test_the_known_rate_lies_in_the_interval_and_the_rows_show_it(told):
    events = {one["event"]: one for one in told["from_lake"]["events"]}
    late = events["interface-down"]
    assert (late["events"], late["opportunities"]) == (FAULTY, LOTS)
    assert late["low"] < FAULTY / LOTS < late["high"]
    assert len({row["unit"] for row in late["rows"]}) == FAULTY
    assert all(row["code"] == "RPT-01" and row["file"] and row["position"] is not None for row in late["rows"])
    # The lots that were not all at the hub left all the same: the barrier did not hold.
    assert (events["release-without-check"]["events"], events["release-without-check"]["opportunities"]) == (FAULTY, FAULTY)
    top = told["from_lake"]["top"]
    assert top["low"] <= FAULTY / LOTS <= top["high"]
    assert top["simulated"][0] <= FAULTY / LOTS <= top["simulated"][1]
    assert top["matters"][0]["event"] == "release-without-check"
    assert told["probability"] == pytest.approx(top["probability"])


def test_events_without_data_are_assumptions_that_need_evidence(told):
    events = {one["event"]: one for one in told["from_lake"]["events"]}
    unseen = events["rejection-not-noticed"]
    assert unseen["opportunities"] is None and unseen["probability"] == 1.0
    assert unseen["why"].startswith("Evidence is needed: no observation shows this event.")


def test_what_is_set_by_hand_stands_as_an_assumption(home):
    told = asked(home, "--set", "release-without-check=0.1")
    events = {one["event"]: one for one in told["from_lake"]["events"]}
    assert events["release-without-check"]["method"] == "assumption" and events["release-without-check"]["probability"] == 0.1
    assert told["from_lake"]["top"]["probability"] < 0.1


def test_for_a_person_the_rows_of_one_event_are_listed(home):
    said = ran(["faulttree", "unreported-batch", "--from-lake", "--rows", "interface-down", "--workspace", str(home)])
    assert "rows behind interface-down:" in said and "code RPT-01" in said and "ASSUMPTION" in said


def test_a_query_that_cannot_run_gets_a_sentence(home, tmp_path):
    tree = tmp_path / "own.tree"
    tree.write_text("T = or(a, b)\nevent a = ? [RPT-01]\nevent b = ?\n")
    (tmp_path / "own.evidence.toml").write_text('[b]\nevents = "SELECT unit FROM nothing"\n')
    result = CliRunner().invoke(main, ["faulttree", str(tree), "--from-lake", "--workspace", str(home)])
    assert result.exit_code == 2
    assert "[b]: its query cannot be run: " in result.output
    assert "It may select from finding, obs, record, order_master, claim, lot, lot_kind and lot_left" in result.output

"""The append-only table, on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import pytest
from ledger_databases import Log, answer_of


def test_the_migration_runs_and_says_what_the_model_says(log: Log) -> None:
    expected = {"applied": ["0001_initial", "0002_kind"], "vendor": log.vendor}
    assert log(["migrations"]) == [expected]
    assert log(["migrations"]) == [expected]


@pytest.mark.shows("P11-10e", "A11-9", "P11-10c")
def test_the_database_itself_refuses_to_change_or_remove_an_entry(log: Log) -> None:
    statements = ["UPDATE ledger_entry SET kind = 'x'", "DELETE FROM ledger_entry"]
    if log.vendor == "postgresql":
        statements += ["TRUNCATE ledger_entry", "DELETE FROM ledger_entry WHERE seq = 1"]
    _, before, answers, after = log(["append", "s", 2], ["look"], ["execute", *statements], ["look"])
    for verb, answer in zip(("UPDATE", "DELETE", "TRUNCATE", "DELETE"), answers, strict=False):
        assert f"the ledger is append-only: {verb} is refused" in answer
    assert after == before


def test_entries_are_appended_without_a_gap_each_linked_to_its_stream(log: Log) -> None:
    *indexes, seen = log(["append", "a", 3], ["append", "b", 2], ["append", "a", 1], ["look"])
    assert indexes == [[0, 1, 2], [3, 4], [5]]
    assert (seen["size"], seen["problems"], seen["heads"]) == (6, [], {"a": 4, "b": 2})
    assert seen["seqs"] == {"a": [1, 2, 3, 4], "b": [1, 2]}
    assert seen["bodies"] == [{"n": 0}, {"n": 1}, {"n": 2}, {"n": 0}, {"n": 1}, {"n": 0}]


def test_the_same_entries_give_the_same_root_on_every_database(log: Log) -> None:
    from lotproof.ledger import merkle
    from lotproof.ledger.entry import leaf_text, make_entry

    first = make_entry("record", "a", 1, None, "2026-11-22T09:00:00Z", "worker", {"n": 0})
    second = make_entry("record", "a", 2, leaf_text(first), "2026-11-22T09:00:00Z", "worker", {"n": 1})
    seen = log(["append", "a", 2], ["look"])[1]
    assert seen["root"] == merkle.root(merkle.leaf_hash(data) for data in (first, second)).hex()


def test_an_entry_that_cannot_be_written_leaves_nothing(log: Log) -> None:
    (seen,) = log(["refuse"])
    assert seen["size"] == 0
    kind, number, long = seen["told"]
    assert kind.startswith("There is no entry kind 'nonsense'; use one of ")
    assert "$.body.x is the number 1.5; only integers are allowed." in number
    assert "65535 are the most. Store the content as a file" in long


def test_processes_that_append_at_once_write_one_log_without_a_gap(log: Log) -> None:
    """They also meet at the making of the tables."""
    running = [log.start(["append", "both", 50], ["append", stream, 50]) for stream in ("one", "two")]
    answers = [answer_of(process) for process in running]
    assert sorted(index for appended in answers for part in appended for index in part) == list(range(200))
    (seen,) = log(["look"])
    assert (seen["size"], seen["problems"], seen["heads"]) == (200, [], {"both": 100, "one": 50, "two": 50})
    assert seen["seqs"]["both"] == list(range(1, 101))


def _changed(log: Log, *statements: str) -> list[str]:
    """What `problems` says after an owner of the database changed rows."""
    _, sound, answers, problems = log(["append", "s", 4], ["look_problems"], ["execute", *log.without_triggers(), *statements], ["look_problems"])
    assert (sound, set(answers)) == ([], {""})
    return list(problems)


@pytest.mark.shows("P11-10a")
def test_a_changed_byte_is_found(log: Log) -> None:
    byte = "x'7b7d'" if log.vendor == "sqlite" else "'\\x7b7d'"
    assert _changed(log, f'UPDATE ledger_entry SET data = {byte} WHERE "index" = 1')[0] == (
        "Entry 1: its bytes are not those whose leaf hash was stored."
    )


@pytest.mark.shows("P11-10a", "P11-10e")
def test_a_removed_entry_is_found(log: Log) -> None:
    assert _changed(log, 'DELETE FROM ledger_entry WHERE "index" = 2') == ["The log has entry 3 where 2 follows."]


@pytest.mark.shows("P11-10a")
def test_a_removed_entry_is_found_even_where_the_others_move_up(log: Log) -> None:
    problems = _changed(log, 'DELETE FROM ledger_entry WHERE "index" = 2', 'UPDATE ledger_entry SET "index" = 2 WHERE "index" = 3')
    assert problems == [
        "Entry 2: Stream 's' has entry 4 where 3 follows.",
        "Entry 2: Entry 4 of stream 's' names as its predecessor an entry that is not the stream's previous one.",
    ]


def test_a_column_that_contradicts_its_bytes_is_found(log: Log) -> None:
    assert _changed(log, "UPDATE ledger_entry SET kind = 'audit' WHERE \"index\" = 0") == ["Entry 0: its columns do not say what its bytes say."]

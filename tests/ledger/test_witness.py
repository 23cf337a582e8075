"""C2SP tlog-witness over real HTTP between separate processes: agreeing, restarted, forked, stale, at once."""

from __future__ import annotations

import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from witness_process import KEY, NAME, PROGRAM, MadeLog, Served, make_witness, serving

from lotproof.ledger import merkle, note
from lotproof.ledger.keys import make_key
from lotproof.ledger.witness.client import WitnessError, cosigned_by
from lotproof.ledger.witness.request import make_request


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("witness") / "w"


@pytest.fixture(scope="module")
def running(folder):
    """One witness for the tests that use a log name of their own."""
    names = [make_key(f"lotproof.example/{number}", bytes([number]) * 32) for number in range(20)]
    key = make_witness(folder)
    with serving(folder, key, [name.vkey for name in names]) as served:
        yield served, iter(names)


@pytest.fixture
def own(running) -> tuple[Served, object, MadeLog]:
    """The witness, the key of a log that it never saw, and that log with ten entries."""
    served, names = running
    return served, next(names), MadeLog().grow(10)


def test_a_log_that_only_grows_is_cosigned_with_the_time(own):
    served, key, log = own
    for old, size in ((0, 1), (1, 3), (3, 3), (3, 10)):
        before = int(time.time())
        status, _, line = served.post(log.request(old, size, key))
        assert status == 200, line
        assert before <= served.time_in(log.checkpoint(size, key), line) <= int(time.time())
    assert served.seen()[key.name] == {"size": 10, "root": note.encode64(merkle.root(log.leaves))}


def test_the_answer_is_one_signature_line_by_the_witness(own):
    served, key, log = own
    _, kind, line = served.post(log.request(0, 4, key))
    assert line.startswith(f"— {NAME} ")
    assert line.endswith("\n")
    assert line.count("\n") == 1
    assert kind.startswith("text/plain")


def test_a_stale_size_is_answered_with_the_size_that_was_seen(own):
    served, key, log = own
    assert served.post(log.request(0, 4, key))[0] == 200
    for old in (0, 3):
        assert served.post(log.request(old, 10, key)) == (409, "text/x.tlog.size", "4\n")
    assert served.post(log.request(0, 0, key)) == (409, "text/x.tlog.size", "4\n")
    assert served.post(log.request(4, 10, key))[0] == 200


def test_a_forked_log_is_refused_and_the_contradiction_kept(own, folder):
    served, key, log = own
    assert served.post(log.request(0, 4, key))[0] == 200
    fork = MadeLog().grow(2).grow(8, "forged")
    status, _, told = served.post(fork.request(4, 10, key))
    assert (status, told.split(" at ")[0]) == (422, f"The proof does not lead from the root {note.encode64(merkle.root(log.leaves[:4]))}")
    status, kind, told = served.post(fork.request(4, 4, key))
    assert (status, kind) == (409, "text/plain; charset=utf-8")
    assert told.startswith(f"The log had the root {note.encode64(merkle.root(log.leaves[:4]))} at 4 entries, not ")
    assert served.seen()[key.name]["size"] == 4
    listed = subprocess.run([PROGRAM, "witness", "evidence", folder], capture_output=True, text=True, check=False)
    assert listed.returncode == 1
    assert f"{key.name}: refused with 422" in listed.stdout
    assert fork.checkpoint(10, key).decode() in listed.stdout


def test_a_log_that_signs_a_shorter_history_is_refused(own):
    served, key, log = own
    assert served.post(log.request(0, 10, key))[0] == 200
    assert served.post(log.request(0, 6, key)) == (409, "text/x.tlog.size", "10\n")
    assert served.post(make_request(10, (), log.checkpoint(6, key)))[:1] == (400,)


@pytest.mark.parametrize(
    ("body", "status", "sentence"),
    [
        (lambda log, key: log.request(0, 4, make_key("unknown.example/log", bytes(32))), 404, "does not know the log unknown.example/log."),
        (lambda log, key: log.request(0, 4, make_key(key.name, bytes([99]) * 32)), 403, "is not signed by a key that this witness has for"),
        (lambda log, key: b"old 04\n\n" + log.checkpoint(4, key), 400, 'The request is "old <size>"'),
        (lambda log, key: b"old 0\n" + b"AAAA\n" * 64 + b"\n" + log.checkpoint(4, key), 400, "at most 63 hashes"),
        (lambda log, key: b"", 400, 'The request is "old <size>"'),
        (lambda log, key: b"old 0\n\nhello\n", 400, "The note has no signature block"),
        (lambda log, key: b"\xff\x00" * 400, 400, "The request is"),
        (lambda log, key: make_request(0, (bytes(32),), log.checkpoint(4, key)), 422, "From size 0 a consistency proof is empty."),
        (lambda log, key: make_request(0, (), note.sign(f"{key.name}\n9223372036854775808\n{note.encode64(bytes(32))}\n", [key])), 400, "A log has at most"),
        (lambda log, key: b"x" * 70_000, 413, "A request has at most 65536 bytes."),
    ],
)  # fmt: skip
def test_what_is_no_good_request_is_refused_and_changes_nothing(own, body, status, sentence):
    served, key, log = own
    answer = served.post(body(log, key))
    assert answer[0] == status, answer
    assert sentence in answer[2]
    assert key.name not in served.seen()


def test_signatures_by_strangers_do_not_hurt(own):
    served, key, log = own
    both = note.cosign(log.checkpoint(4, key), make_key("stranger.example", bytes(32)))
    assert served.post(make_request(0, (), both))[0] == 200


def test_other_addresses_are_not_there(own):
    served, key, log = own
    assert served.post(log.request(0, 4, key), "/add-tree")[0] == 404


def test_of_requests_at_once_no_two_contradict_each_other(own):
    """Each thread submits its own continuation of the same four entries: one wins, all others are refused."""
    served, key, log = own
    assert served.post(log.request(0, 4, key))[0] == 200
    forks = [MadeLog(log.leaves[:4]).grow(3 + number, f"branch {number}") for number in range(12)]
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda fork: served.post(fork.request(4, None, key)), forks))
    won = [fork for fork, answer in zip(forks, answers, strict=True) if answer[0] == 200]
    assert [answer[0] for answer in answers].count(409) == 11
    assert len(won) == 1
    assert served.seen()[key.name] == {"size": len(won[0].leaves), "root": note.encode64(merkle.root(won[0].leaves))}


def test_a_witness_that_was_killed_remembers(tmp_path):
    key, log = make_witness(tmp_path / "w"), MadeLog().grow(10)
    with serving(tmp_path / "w", key) as served:
        assert served.post(log.request(0, 7))[0] == 200
    with serving(tmp_path / "w", key) as served:
        assert served.post(log.request(0, 10)) == (409, "text/x.tlog.size", "7\n")
        assert served.post(MadeLog().grow(10, "forged").request(7, 10))[0] == 422
        assert served.post(log.request(7, 10))[0] == 200


def test_a_witness_without_its_memory_does_not_start(tmp_path):
    make_witness(tmp_path / "w")
    (tmp_path / "w" / "seen.sqlite3").unlink()
    done = subprocess.run([PROGRAM, "witness", "serve", tmp_path / "w", "--log", KEY.vkey, "--port", "0"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "Without it the witness could cosign a fork: bring it back from the backup, or make a new witness with a new key" in done.stderr


def test_a_witness_is_never_made_over_another(tmp_path):
    make_witness(tmp_path / "w")
    done = subprocess.run([PROGRAM, "witness", "init", tmp_path / "w", "--name", "x"], capture_output=True, text=True, check=False)
    assert (done.returncode, "it is never overwritten. Name another folder." in done.stderr) == (2, True)


def test_the_client_finds_the_size_by_itself_and_keeps_only_the_right_signature(own):
    served, key, log = own
    assert served.post(log.request(0, 4, key))[0] == 200
    checkpoint = log.checkpoint(None, key)
    signed = cosigned_by(served.url, served.key, checkpoint, log.proof, expected=0)
    assert signed.startswith(checkpoint)
    assert len(note.parse(signed).signatures) == 2


def test_the_client_says_what_a_refusal_means(own, tmp_path):
    served, key, log = own
    assert served.post(log.request(0, 6, key))[0] == 200
    fork = MadeLog().grow(8, "forged")
    with pytest.raises(WitnessError, match="does not continue what it saw before"):
        cosigned_by(served.url, served.key, fork.checkpoint(None, key), fork.proof, expected=0)
    with pytest.raises(WitnessError, match=r"has seen 6 entries of the log .* more than the 4 there are: entries were lost"):
        cosigned_by(served.url, served.key, log.checkpoint(4, key), log.proof, expected=0)
    with pytest.raises(WitnessError, match="did not sign with the key that was given"):
        other = make_witness(tmp_path / "other")
        cosigned_by(served.url, other, log.checkpoint(None, key), log.proof, expected=6)
    with pytest.raises(WitnessError, match="answered 403: The checkpoint is not signed by a key that this witness has for"):
        cosigned_by(served.url, served.key, log.checkpoint(None, make_key(key.name, bytes(32))), log.proof, expected=6)
    with pytest.raises(WitnessError, match="could not be reached"):
        cosigned_by("http://127.0.0.1:9", served.key, log.checkpoint(None, key), log.proof, expected=0, timeout=2)
    with pytest.raises(WitnessError, match="is no address of a witness"):
        cosigned_by("file:///etc/passwd", served.key, log.checkpoint(None, key), log.proof, expected=0)

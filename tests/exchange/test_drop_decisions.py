"""What is whole, what an e-mail brings, what drop.toml may say: decided without any place."""

from __future__ import annotations

from email.message import EmailMessage

import pytest
from drop_kit import mail

from lotproof.exchange.drop.letters import opened
from lotproof.exchange.drop.settings import DropError, Folder, Sftp, read_settings
from lotproof.exchange.drop.spots import keyed
from lotproof.exchange.drop.still import Seen, Sighting, ignored, pause, sort, with_markers


@pytest.mark.parametrize("name", ["a.csv.part", "A.TMP", "a.filepart", ".hidden", "a.csv.receipt.json", "a~", "b.xml"])
def test_names_that_are_never_taken(name):
    assert ignored(name, ["*.csv"])


def test_a_file_is_whole_when_it_has_stood_still():
    first = sort([Seen("a", 5, "1")], {}, 10, "2026-11-23T08:00:00Z")
    assert (first.whole, len(first.growing)) == ((), 1)
    for size, stamp, now, whole in [(5, "1", "08:00:10", 0), (5, "1", "08:00:11", 1), (6, "1", "08:00:11", 0), (5, "2", "08:00:11", 0)]:
        assert len(sort([Seen("a", size, stamp)], first.sightings, 10, f"2026-11-23T{now}Z").whole) == whole, (size, stamp, now)
    assert sort([Seen("a", 6, "1")], first.sightings, 10, "2026-11-23T08:00:11Z").sightings["a"].since == "2026-11-23T08:00:11Z"


def test_a_clock_that_was_set_back_makes_nobody_hasty():
    ahead = {"a": Sighting(5, "1", "2026-11-23T09:00:00Z")}
    assert sort([Seen("a", 5, "1")], ahead, 10, "2026-11-23T08:00:00Z").sightings["a"].since == "2026-11-23T08:00:00Z"


def test_with_markers_a_file_waits_for_its_own():
    found = with_markers([Seen("a.csv", 1, ""), Seen("a.csv.ok", 0, ""), Seen("b.csv", 1, "")], ".ok")
    assert [(one.name, one.beside) for one in found] == [("a.csv", ("a.csv.ok",))]


def test_the_pause_grows_to_an_hour():
    assert [pause(tries) for tries in (1, 2, 3, 8, 5000)] == [30, 60, 120, 3600, 3600]


@pytest.mark.parametrize(("name", "other"), [("a.csv", "a.k.csv"), ("a.tar.gz", "a.tar.k.gz"), ("a", "a.k"), (".a", ".a.k")])
def test_another_name_keeps_the_ending(name, other):
    assert keyed(name, "k") == other


def test_attachments_by_plain_names_and_both_of_one_name():
    inner = EmailMessage()
    inner["Subject"] = "forwarded"
    inner.set_content("x")
    inner.add_attachment(b"inner", maintype="text", subtype="csv", filename="lot.csv")
    outer = EmailMessage()
    outer["Subject"], outer["Message-ID"] = "Lot B7-2231 für Sie", "<1@x>"
    outer.set_content("x")
    outer.add_attachment(b"one", maintype="text", subtype="csv", filename="../../lot.csv")
    outer.add_attachment(b"logo", maintype="image", subtype="png", filename="logo.png", disposition="inline", cid="<c@x>")
    outer.add_attachment(inner)
    letter = opened(outer.as_bytes())
    assert letter.files == {"lot.csv": b"one", "2-lot.csv": b"inner"}
    assert (letter.left, letter.head["subject"], letter.head["message-id"]) == (("logo.png",), "Lot B7-2231 für Sie", "<1@x>")


@pytest.mark.parametrize(
    "data", [b"", b"\xff\x00", b"Subject: =?x?q?=ff?=\r\nDate: nonsense\r\nMessage-ID: <>[\r\n\r\n", b"Content-Type: multipart/mixed\n\nx"]
)
def test_any_bytes_are_some_letter(data):
    assert opened(data).files == {}


def test_a_damaged_attachment_is_kept_as_it_came():
    data = mail("x", {"a.csv": b"12345678"}).replace(b"MTIzNDU2Nzg=", b"MTIz*NDU2Nzg")
    assert list(opened(data).files) == ["a.csv"]


def test_the_whole_file_is_read(tmp_path):
    (tmp_path / "drop.toml").write_text("""
every_seconds = 5
[[folder]]
name = "line2"
path = "/srv/in"
files = ["*.csv"]
still_seconds = 2.5
[[sftp]]
name = "cmo"
host = "sftp.example.com"
user = "u"
password_env = "P"
""")
    drops = read_settings(tmp_path)
    assert drops.every_seconds == 5
    assert drops.places[0] == Folder("line2", ("*.csv",), 2.5, path="/srv/in")
    assert isinstance(drops.places[1], Sftp) and (drops.places[1].port, drops.places[1].known_hosts) == (22, "known_hosts")


def test_without_a_file_there_are_no_settings(tmp_path):
    assert read_settings(tmp_path) is None


FOLDER = '[[folder]]\nname = "a"\npath = "/srv/in"\n'
IMAP = '[[imap]]\nname = "a"\nhost = "mail.example.com"\nuser = "u"\npassword_env = "P"\n'


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[[folder", "drop.toml is no TOML ("),
        (
            '[[ftp]]\nname = "x"',
            "has ftp, which means nothing here; there are [[folder]], [[sftp]], [[imap]], [[letters]] and every_seconds.",
        ),
        ("every_seconds = 0", "every_seconds is 0; write a whole number from 1."),
        ('[folder]\nname = "x"', "[folder] is one table; write [[folder]], for there may be several."),
        ("folder = [1]", '[[folder]] 1 is no table; write [[folder]] and below it name = "line2".'),
        ('[[folder]]\nname = "a"', "[[folder]] 1 lacks path."),
        (FOLDER + 'colour = "red"', "[[folder]] 1 has colour, which means nothing here; there are name, files,"),
        (FOLDER + 'files = "*.csv"', '[[folder]] 1: files has to be a list of texts, such as ["*.csv"].'),
        (FOLDER + "still_seconds = true", "[[folder]] 1: still_seconds has to be a number; without it, it is 10."),
        (FOLDER + "still_seconds = -1", "still_seconds is -1; write seconds from 0."),
        (FOLDER + 'done = "failed"', "done and failed have to be two folders; write two names."),
        (FOLDER + 'zone = "Mars/Base"', "Mars/Base"),
        (FOLDER + FOLDER, "two places are named a; give each a name of its own."),
        (FOLDER.replace('"a"', '"a/b"'), 'the name "a/b" may have letters, digits, - and _ alone'),
        (FOLDER.replace("/srv/in", "in"), "in lies in the workspace; name a folder outside it."),
        (
            IMAP + 'password = "x"',
            'has password: no secret may stand in the file. Put it into the environment and write password_env = "NAME_OF_IT".',
        ),
        (IMAP + 'security = "none"', "without TLS the password would travel in the clear to mail.example.com"),
        (IMAP + 'security = "ssl"', 'security is "ssl"; write tls, starttls, none.'),
        (IMAP + 'done = "erledigt/für"', "names of mailboxes have to be plain ASCII here; rename erledigt/für."),
        ('[[sftp]]\nname = "a"\nhost = "h"\nuser = "u"', "[[sftp]] 1 has neither key_file nor password_env; name one of them."),
    ],
)
def test_what_is_wrong_with_the_file_gets_a_sentence(tmp_path, text, sentence):
    (tmp_path / "drop.toml").write_text(text, encoding="utf-8")
    with pytest.raises(DropError) as error:
        read_settings(tmp_path)
    assert sentence in str(error.value)

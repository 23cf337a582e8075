"""Attachments of mails on a real Dovecot: taken once, the mail moved, over TLS whose certificate holds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from drop_kit import DOVECOT, MailServer, Site, delivered, mail, noted, rows, source_paths, table

from lotproof.exchange.drop import take
from lotproof.exchange.drop.imap import RECEIPTS, ImapSpot

pytestmark = pytest.mark.skipif(not DOVECOT.exists(), reason="there is no dovecot here; apt-get install dovecot-imapd")


@pytest.fixture(scope="module")
def server() -> Iterator[MailServer]:
    found = MailServer()
    yield found
    found.stop()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Iterator[Site]:
    with django_db_blocker.unblock():
        yield Site(tmp_path_factory.mktemp("imap") / "w")


@pytest.fixture
def site(shared: Site, server: MailServer, monkeypatch: pytest.MonkeyPatch) -> Site:
    monkeypatch.setenv("DROP_MAIL_PASSWORD", "secret-7")
    shared.places(server.toml())
    return shared


def receipts(site: Site) -> list[dict[str, Any]]:
    found = [json.loads(path.read_text(encoding="utf-8")) for path in (site.root / RECEIPTS / "post").glob("*.receipt.json")]
    return sorted(found, key=lambda one: int(one["name"].partition("-")[2]))


def test_attachments_are_taken_and_the_mail_is_moved(site, server):
    mails = [
        mail("Lot B7 für Sie", {"b7.csv": rows(1, 2), "odd.csv": rows(3)}),
        mail("Out of office", {}),
        mail("Lot B8", {"b7.csv": rows(4)}),
    ]
    server.deliver(*mails)
    assert site.came() == [("the mail “Lot B7 für Sie”", "done"), ("the mail “Out of office”", "failed"), ("the mail “Lot B8”", "done")]
    assert (len(server.messages("INBOX")), len(server.messages("failed"))) == (0, 1)
    assert [b"B7" in one or b"B8" in one for one in server.messages("done")] == [True, True]
    first, second, _ = receipts(site)
    assert (first["mail"]["from"], first["mail"]["message-id"]) == ("CMO <it@cmo.example>", "<Lot.B7.f?r.Sie@cmo.example>")
    assert [one["stored"] for one in first["sources"]] == [2, 1]
    assert second["sentence"] == "the mail “Out of office” has no attachment; nothing could be taken in."
    assert site.came() == []


def test_the_same_attachment_twice_is_one_source(site, server):
    server.deliver(mail("First", {"twice.csv": rows(11)}), mail("Again", {"twice.csv": rows(11)}))
    site.round()
    assert source_paths().count("twice.csv") == 1
    assert receipts(site)[-1]["sentence"] == f"twice.csv: the same bytes came before, as twice.csv on {site.now}; they stay one source."


def test_without_move_the_mail_is_copied_marked_and_removed_alone(site, server, monkeypatch):
    """Dovecot again, of which we do not use that it can move. Mail of others that is marked stays."""
    real = ImapSpot.__init__

    def poor(spot: ImapSpot, *given: Any) -> None:
        real(spot, *given)
        spot._can = [one for one in spot._can if one != "MOVE"]

    monkeypatch.setattr(ImapSpot, "__init__", poor)
    server.deliver(mail("Marked by another", {"x.csv": rows(21)}))
    with server.client() as client:
        client.select("INBOX")
        client.store("1", "+FLAGS", r"(\Deleted)")
    server.deliver(mail("Without move", {"y.csv": rows(22)}))
    before = len(server.messages("done"))
    assert site.came() == [("the mail “Without move”", "done")]
    assert len(server.messages("INBOX")) == 1 and b"Marked by another" in server.messages("INBOX")[0]
    assert len(server.messages("done")) == before + 1
    _between_copy_and_mark(site, server, monkeypatch)


def _between_copy_and_mark(site: Site, server: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A crash there: the mail is in both boxes, and then in one."""
    real = ImapSpot._uid

    def dies(spot: ImapSpot, command: str, *arguments: str) -> Any:
        if command == "STORE":
            raise KeyboardInterrupt
        return real(spot, command, *arguments)

    server.deliver(mail("Crash", {"z.csv": rows(23)}))
    before = len(server.messages("done"))
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(ImapSpot, "_uid", dies)
        site.round()
    assert len(server.messages("done")) == before + 1
    assert site.came() == [("the mail “Crash”", "done")]
    assert len(server.messages("done")) == before + 1
    assert site.waits() == []


def test_a_crash_before_the_move_takes_nothing_in_again(site, server, monkeypatch):
    server.deliver(mail("Dies", {"dies.csv": rows(31)}))

    def dies(*_given: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(take, "_note", dies)
        site.round()
    counted = len(source_paths()), len(delivered()), len(noted())
    assert site.came() == [("the mail “Dies”", "done")]
    assert (len(source_paths()), len(delivered()), len(noted())) == (counted[0], counted[1], counted[2] + 1)
    assert "came before" not in receipts(site)[-1]["sentence"]


def test_a_mail_that_is_too_large_goes_to_failed_unfetched(site, server):
    site.places(server.toml(megabytes=0))
    server.deliver(mail("Large", {"large.csv": rows(41)}))
    ((name, result),) = site.came()
    assert (result, receipts(site)[-1]["name"]) == ("failed", name)
    assert (
        "more than 0 MB; have the file sent another way, or raise megabytes in drop.toml and move the mail back."
        in receipts(site)[-1]["sentence"]
    )


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"ca": ""}, "does not hold (self-signed certificate); name its authority with ca, or have the certificate mended."),
        (
            {"password_env": "WRONG_PASSWORD"},
            "127.0.0.1 does not let lab in ([AUTHENTICATIONFAILED] Authentication failed.); look at WRONG_PASSWORD.",
        ),
        ({"password_env": "NO_SUCH_VARIABLE"}, "takes its password from NO_SUCH_VARIABLE, which is not set in the environment; set it."),
        ({"mailbox": "Nowhere"}, "127.0.0.1 refuses SELECT ("),
        ({"port": 1}, "127.0.0.1:1 does not answer ("),
    ],
)
def test_what_the_server_refuses_gets_a_sentence(site, server, monkeypatch, more, sentence):
    monkeypatch.setenv("WRONG_PASSWORD", "not-it-9")
    site.places(server.toml(**more))
    (told,) = site.round().down.values()
    assert told.startswith("The place post") and sentence in told, told
    assert "not-it-9" not in told


def test_starttls(site, server, tmp_path):
    server.deliver(mail("By STARTTLS", {"s.csv": rows(51)}))
    (tmp_path / "in").mkdir()
    site.places(server.toml(port=server.plain, security="starttls") + table("folder", {"name": "in", "path": str(tmp_path / "in")}))
    assert ("the mail “By STARTTLS”", "done") in site.came()

"""A mailbox of an IMAP server as a place (RFC 3501; MOVE of RFC 6851, UIDPLUS of RFC 4315 where the server has them)."""

from __future__ import annotations

import imaplib
import re
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lotproof.exchange.drop.disk import write_through
from lotproof.exchange.drop.settings import DropError, Imap, secret
from lotproof.exchange.drop.spots import Away, FileTrouble, NeverFetched
from lotproof.exchange.drop.still import RECEIPT, Seen

SECONDS = 30
"""How long the server may say nothing."""
RECEIPTS = Path("drop") / "receipts"
"""Folder of the workspace for receipts of mails; a folder for each place below."""
_FACTS = tuple(re.compile(one) for one in (rb"UID (\d+)", rb"RFC822\.SIZE (\d+)", rb'INTERNALDATE "([^"]*)"'))


class ImapSpot:
    """A mailbox; what lies there are mails, named UIDVALIDITY-UID."""

    grows, letters = False, True

    def __init__(self, place: Imap, root: Path) -> None:
        self._place, self._receipts = place, root / RECEIPTS / place.name
        self._server = _signed_in(place, root)
        self._do("SELECT", self._server.select, _quoted(place.mailbox))
        self._validity = str(int(self._server.response("UIDVALIDITY")[1][0] or b"0"))
        # What a server can do, it says anew to those whom it has let in.
        self._can = b" ".join(self._do("CAPABILITY", self._server.capability)).upper().decode(errors="replace").split()

    def _do(self, what: str, ask: Callable[..., tuple[str, list[Any]]], *arguments: Any, **more: Any) -> list[Any]:
        """What the server gave; DropError of anything but OK, and of a connection that breaks."""
        try:
            status, given = ask(*arguments, **more)
        except (OSError, imaplib.IMAP4.error) as error:
            told = f"{self._place.where}: the connection to {self._place.host} broke at {what} ({error})"
            raise DropError(f"{told}; it is tried again.") from None
        if status != "OK":
            said = b" ".join(one for one in given if isinstance(one, bytes)).decode(errors="replace")
            raise DropError(f"{self._place.where}: {self._place.host} refuses {what} ({said}); look at the mailboxes that drop.toml names.")
        return given

    def _uid(self, command: str, *arguments: str) -> list[Any]:
        return self._do(command, self._server.uid, command, *arguments)

    def look(self) -> list[Seen]:
        numbers = (self._uid("SEARCH", "UNDELETED")[0] or b"").split()
        found: list[Seen] = []
        for begin in range(0, len(numbers), 500):
            part = b",".join(numbers[begin : begin + 500]).decode()
            lines = self._uid("FETCH", part, "(UID RFC822.SIZE INTERNALDATE)")
            found += [self._seen(line) for line in lines if isinstance(line, bytes)]
        return found

    def _seen(self, line: bytes) -> Seen:
        uid, size, date = (found[1].decode() if (found := one.search(line)) else "0" for one in _FACTS)
        return Seen(f"{self._validity}-{uid}", int(size), date)

    def _number(self, seen: Seen) -> str | None:
        """Its UID; None where the mailbox has begun to count anew, so that this one has another name now."""
        validity, _, uid = seen.name.partition("-")
        return uid if validity == self._validity else None

    def fetch(self, seen: Seen, target: Path) -> None:
        if seen.size > self._place.megabytes * 1_000_000:
            told = f"{seen.name}: the mail has {seen.size / 1e6:,.0f} MB, more than {self._place.megabytes} MB"
            raise NeverFetched(f"{told}; have the file sent another way, or raise megabytes in drop.toml and move the mail back.")
        lines = self._uid("FETCH", self._number(seen) or "0", "(BODY.PEEK[])")
        whole = next((line[1] for line in lines if isinstance(line, tuple)), None)
        if whole is None:
            raise FileTrouble(f"{seen.name}: the mail went away while it was fetched.")
        target.write_bytes(whole)

    def free(self, folder: str, name: str, other: str) -> str:
        return name

    def put_away(self, seen: Seen, away: Away) -> None:
        again = (path := self._receipts / (away.name + RECEIPT)).exists()
        write_through(path, away.receipt)
        uid = self._number(seen)
        if uid is None or not self._uid("SEARCH", "UID", uid, "UNDELETED")[0]:
            return  # moved before a crash
        self._make(away.folder)
        if "MOVE" in self._can:
            self._uid("MOVE", uid, _quoted(away.folder))
            return
        if not (again and self._copied(uid, away.folder)):
            self._uid("COPY", uid, _quoted(away.folder))
        self._uid("STORE", uid, "+FLAGS.SILENT", r"(\Deleted)")
        if "UIDPLUS" in self._can:  # a plain EXPUNGE would remove what others have marked too
            self._uid("EXPUNGE", uid)

    def _copied(self, uid: str, folder: str) -> bool:
        """Whether a crash came between copy and mark: the folder has a mail of the same Message-ID."""
        lines = self._uid("FETCH", uid, "(BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])")
        found = re.search(rb"<[^<>\r\n\"\\]+>", next((line[1] for line in lines if isinstance(line, tuple)), b""))
        if found is None:
            return False
        self._do("SELECT", self._server.select, _quoted(folder), readonly=True)
        try:
            return bool(self._uid("SEARCH", "HEADER", "MESSAGE-ID", f'"{found[0].decode(errors="replace")}"')[0])
        finally:
            self._do("SELECT", self._server.select, _quoted(self._place.mailbox))

    def _make(self, folder: str) -> None:
        if self._do("LIST", self._server.list, '""', _quoted(folder)) == [None]:
            self._do("CREATE", self._server.create, _quoted(folder))

    def close(self) -> None:
        try:
            self._server.logout()
        except (OSError, imaplib.IMAP4.error):
            self._server.shutdown()


def _quoted(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _signed_in(place: Imap, root: Path) -> imaplib.IMAP4:
    password = secret(place.password_env, place.where)
    port = place.port or (993 if place.security == "tls" else 143)
    try:
        context = ssl.create_default_context(cafile=str(root / place.ca) if place.ca else None)
        if place.security == "tls":
            server: imaplib.IMAP4 = imaplib.IMAP4_SSL(place.host, port, ssl_context=context, timeout=SECONDS)
        else:
            server = imaplib.IMAP4(place.host, port, timeout=SECONDS)
        if place.security == "starttls":
            server.starttls(context)
    except ssl.SSLCertVerificationError as error:
        told = f"{place.where}: the certificate of {place.host}:{port} does not hold ({error.verify_message})"
        raise DropError(f"{told}; name its authority with ca, or have the certificate mended.") from None
    except (OSError, imaplib.IMAP4.error) as error:
        raise DropError(f"{place.where}: {place.host}:{port} does not answer ({error}); look whether it runs. It is tried again.") from None
    try:
        server.login(place.user, password)
    except (OSError, imaplib.IMAP4.error) as error:
        server.shutdown()
        raise DropError(
            f"{place.where}: {place.host} does not let {place.user} in ({_said(error)}); look at {place.password_env}."
        ) from None
    return server


def _said(error: Exception) -> str:
    first = error.args[0] if error.args else ""
    return first.decode(errors="replace") if isinstance(first, bytes) else str(error)

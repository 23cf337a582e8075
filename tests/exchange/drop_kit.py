"""Places that others put files into, run as ordinary processes: OpenSSH's server and Dovecot; and a workspace that looks at them."""

from __future__ import annotations

import getpass
import imaplib
import os
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Mapping
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from lotproof.exchange.drop.rounds import Round, go_round
from lotproof.exchange.drop.settings import read_settings
from lotproof.exchange.drop.take import Hand
from lotproof.exchange.drop.takers import takers
from lotproof.ledger import store
from lotproof.quality.times import after_hours
from lotproof.workspace.place import open_workspace

START = "2026-11-23T08:00:00Z"
HEADER = "SerialNumber;GTIN;Lot;State;VerifyTime\n"


def rows(*numbers: int) -> bytes:
    """A line's file with these packs."""
    return (HEADER + "".join(f"SN{n:04d};04012345678901;B7-2231;Commissioned;2026-11-22T08:00:00Z\n" for n in numbers)).encode()


class Site:
    """A workspace with a clock that only goes when told, and its drop.toml."""

    def __init__(self, root: Path) -> None:
        self.now = START
        self.workspace = open_workspace(root, START, "lab")
        self.root = root

    def places(self, text: str) -> None:
        (self.root / "drop.toml").write_text(text, encoding="utf-8")

    def wait(self, seconds: float) -> None:
        self.now = after_hours(self.now, seconds / 3600)

    def round(self, patient: bool = False, wait: float = 0) -> Round:
        self.wait(wait)
        drops = read_settings(self.root)
        assert drops is not None
        return go_round(Hand(self.workspace, "lab", lambda: self.now, takers()), drops, lambda _one: None, patient)

    def came(self, wait: float = 0) -> list[tuple[str, str]]:
        return [(one.name, one.result) for one in self.round(wait=wait).came]

    def waits(self) -> list[Path]:
        """What a batch left."""
        return [path for path in [*(self.root / "drop" / "batches").glob("*"), *(self.root / "inbox").glob("*")] if path.exists()]


def delivered() -> list[str]:
    """Every delivery of a drop folder that the ledger has."""
    return [body["folder"] for body in store.bodies("audit", "intake") if body.get("folder", "").startswith("drop-")]


def noted() -> list[dict[str, Any]]:
    return list(store.bodies("audit", "drop"))


def source_paths() -> list[str]:
    return [body["path"] for body in store.bodies("file", "intake")]


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def listens(port: int, process: subprocess.Popen[Any], log: Path) -> None:
    for _ in range(100):
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return
        if process.poll() is not None:
            break
        time.sleep(0.1)
    raise AssertionError(log.read_text() if log.exists() else "it does not listen and says nothing")


SSHD = Path("/usr/sbin/sshd")
DOVECOT = Path("/usr/sbin/dovecot")


class SftpServer:
    """OpenSSH's server for whoever runs the tests, with a key that it knows."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port, self.user = folder, free_port(), getpass.getuser()
        self.incoming = folder / "incoming"
        self.incoming.mkdir()
        for name in ("host", "host2", "client", "stranger"):
            made = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", folder / name]
            subprocess.run(made, check=True)
        if os.geteuid() == 0:
            Path("/run/sshd").mkdir(exist_ok=True)  # where it parts its privileges
        self.start("host")

    def start(self, host_key: str) -> None:
        (self.folder / "conf").write_text(f"""
Port {self.port}
ListenAddress 127.0.0.1
HostKey {self.folder}/{host_key}
PidFile none
AuthorizedKeysFile {self.folder}/client.pub
StrictModes no
UsePAM no
PermitRootLogin yes
PasswordAuthentication no
KbdInteractiveAuthentication no
Subsystem sftp internal-sftp
""")
        self.process = subprocess.Popen([SSHD, "-D", "-f", self.folder / "conf", "-E", self.folder / "log"])
        listens(self.port, self.process, self.folder / "log")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(20)

    def toml(self, **more: Any) -> str:
        given = {"name": "cmo", "host": "127.0.0.1", "port": self.port, "user": self.user, "path": str(self.incoming), "still_seconds": 0}
        return table("sftp", {**given, "key_file": str(self.folder / "client"), **more})

    def line(self, host_key: str = "host") -> str:
        """The line of known_hosts."""
        kind, key = (self.folder / f"{host_key}.pub").read_text().split()[:2]
        return f"[127.0.0.1]:{self.port} {kind} {key}"


class MailServer:
    """Dovecot without any right of root."""

    def __init__(self) -> None:
        version = subprocess.run([DOVECOT, "--version"], capture_output=True, text=True, check=True).stdout
        if not version.startswith("2.3"):
            pytest.skip(f"the configuration is for Dovecot 2.3, this is {version}")
        self.folder = Path(tempfile.mkdtemp(prefix="dovecot-", dir="/tmp"))  # where another user may look in, and sockets have short names
        self.port, self.plain = free_port(), free_port()
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
            + ["-keyout", self.folder / "key.pem", "-out", self.folder / "cert.pem", "-subj", "/CN=localhost"]
            + ["-addext", "subjectAltName=IP:127.0.0.1"],
            check=True,
            capture_output=True,
        )
        # Dovecot serves no mail as root: it runs as nobody where the tests run as root.
        self.uid, self.gid = (65534, 65534) if os.geteuid() == 0 else (os.getuid(), os.getgid())
        self._configure()
        how: Mapping[str, Any] = {"user": self.uid, "group": self.gid, "extra_groups": []} if os.geteuid() == 0 else {}
        self.process = subprocess.Popen([DOVECOT, "-F", "-c", self.folder / "conf"], **how)
        listens(self.port, self.process, self.folder / "log")

    def _configure(self) -> None:
        import grp
        import pwd

        user, group = pwd.getpwuid(self.uid).pw_name, grp.getgrgid(self.gid).gr_name
        (self.folder / "conf").write_text(f"""
protocols = imap
base_dir = {self.folder}/run
state_dir = {self.folder}/state
log_path = {self.folder}/log
ssl = yes
ssl_cert = <{self.folder}/cert.pem
ssl_key = <{self.folder}/key.pem
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = {self.uid}
first_valid_gid = {self.gid}
mail_location = maildir:{self.folder}/mail
passdb {{
  driver = static
  args = password=secret-7
}}
userdb {{
  driver = static
  args = uid={self.uid} gid={self.gid} home={self.folder}/home
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    address = 127.0.0.1
    port = {self.plain}
  }}
  inet_listener imaps {{
    address = 127.0.0.1
    port = {self.port}
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
""")
        if os.geteuid() == 0:
            for path in (self.folder, *self.folder.iterdir()):
                os.chown(path, self.uid, self.gid)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(20)
        shutil.rmtree(self.folder)

    def client(self) -> imaplib.IMAP4_SSL:
        context = ssl.create_default_context(cafile=str(self.folder / "cert.pem"))
        server = imaplib.IMAP4_SSL("127.0.0.1", self.port, ssl_context=context)
        server.login("lab", "secret-7")
        return server

    def deliver(self, *mails: bytes) -> None:
        with self.client() as server:
            for mail in mails:
                assert server.append("INBOX", None, None, mail)[0] == "OK"

    def messages(self, folder: str) -> list[bytes]:
        """Every mail of a mailbox."""
        with self.client() as server:
            if server.select(folder, readonly=True)[0] != "OK":
                return []
            numbers = server.uid("SEARCH", "ALL")[1][0].split()
            return [server.uid("FETCH", number.decode(), "(BODY.PEEK[])")[1][0][1] for number in numbers]

    def toml(self, **more: Any) -> str:
        given = {"name": "post", "host": "127.0.0.1", "port": self.port, "ca": str(self.folder / "cert.pem"), "user": "lab"}
        return table("imap", {**given, "password_env": "DROP_MAIL_PASSWORD", **more})


def table(kind: str, given: Mapping[str, Any]) -> str:
    """A table of drop.toml."""
    import json

    return f"[[{kind}]]\n" + "".join(f"{name} = {json.dumps(value)}\n" for name, value in given.items())


def mail(subject: str, files: Mapping[str, bytes], identifier: str = "") -> bytes:
    """An e-mail with attachments."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "CMO <it@cmo.example>", "lab@example.com", subject
    plain = subject.encode("ascii", "replace").decode().replace(" ", ".")
    message["Message-ID"] = identifier or f"<{plain}@cmo.example>"
    message.set_content("Please find the file attached.")
    for name, content in files.items():
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()

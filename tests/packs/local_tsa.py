"""A timestamp authority of our own: a CA made by openssl, and an HTTP server process around `openssl ts -reply`.

Run as `python local_tsa.py FOLDER` it serves, printing its port first.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

CONFIG = """\
[req]
distinguished_name = dn
[dn]
[root]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[seal]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature,nonRepudiation
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[stamp]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[tsa]
default_tsa = tsa1
[tsa1]
serial = {folder}/serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512, sha3-512
accuracy = secs:1
ordering = no
tsa_name = no
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""


def openssl(*arguments: object) -> bytes:
    """Run openssl."""
    return subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True).stdout


@dataclass(frozen=True)
class Authority:
    """A CA with a certificate that seals and one that stamps."""

    folder: Path

    @property
    def ca(self) -> Path:
        return self.folder / "root.pem"

    @property
    def key(self) -> Path:
        return self.folder / "seal.key"

    @property
    def certificate(self) -> Path:
        return self.folder / "seal.pem"


def make_authority(folder: Path, name: str = "Test", *, seal_days: int = 3650, stamp_days: int = 3650, kind: str = "ec") -> Authority:
    """Make root, seal and stamp keys and certificates; `kind` is ec (P-256) or rsa."""
    folder.mkdir(parents=True)
    config = folder / "openssl.cnf"
    config.write_text(CONFIG.format(folder=folder))
    (folder / "serial").write_text("01\n")
    options = ("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256") if kind == "ec" else ("-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048")
    for part in ("root", "seal", "stamp"):
        openssl("genpkey", *options, "-out", folder / f"{part}.key")
    subject = f"/O={name} Pharma"
    openssl("req", "-x509", "-config", config, "-extensions", "root", "-key", folder / "root.key", "-days", 7300, "-subj", f"{subject}/CN={name} Root", "-out", folder / "root.pem")
    for number, (part, days) in enumerate((("seal", seal_days), ("stamp", stamp_days)), 1):
        openssl("req", "-new", "-config", config, "-key", folder / f"{part}.key", "-subj", f"{subject}/CN={name} {part}", "-out", folder / f"{part}.csr")
        openssl(
            "x509", "-req", "-in", folder / f"{part}.csr", "-CA", folder / "root.pem", "-CAkey", folder / "root.key", "-set_serial", number,
            "-days", days, "-extfile", config, "-extensions", part, "-out", folder / f"{part}.pem",
        )  # fmt: skip
    return Authority(folder)


def reply(folder: Path, query: bytes) -> bytes:
    """Answer one question as the authority in `folder`."""
    with tempfile.TemporaryDirectory() as work:
        (Path(work) / "query").write_bytes(query)
        openssl("ts", "-reply", "-config", folder / "openssl.cnf", "-section", "tsa1", "-queryfile", Path(work) / "query",
                "-signer", folder / "stamp.pem", "-inkey", folder / "stamp.key", "-out", Path(work) / "reply")  # fmt: skip
        return (Path(work) / "reply").read_bytes()


@contextmanager
def serving(authority: Authority):
    """Serve the authority in a process of its own; give its address."""
    process = subprocess.Popen([sys.executable, __file__, str(authority.folder)], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    try:
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}/tsr"
    finally:
        process.terminate()
        process.wait(10)


def available() -> bool:
    """Say whether there is an openssl program."""
    return shutil.which("openssl") is not None


def main(folder: Path) -> None:
    """Serve until stopped."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = self.rfile.read(int(self.headers["Content-Length"]))
            try:
                status, body = 200, reply(folder, query)
            except subprocess.CalledProcessError:
                status, body = 400, b""
            self.send_response(status)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(server.server_port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main(Path(sys.argv[1]))

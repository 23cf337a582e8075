"""Lists of revoked certificates by `openssl ca -gencrl`, with the times that a test wants. A helper of tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from local_tsa import Authority, openssl

SEAL, STAMP = "01", "02"
"""Serial numbers of the certificates of `local_tsa`."""

CONFIG = """\
[ca]
default_ca = own
[own]
database = {folder}/index.txt
crlnumber = {folder}/crlnumber
default_md = sha256
"""


def _short(moment: datetime) -> str:
    return moment.strftime("%y%m%d%H%M%SZ")


def make_crl(authority: Authority, folder: Path, revoked: dict[str, tuple[datetime, str]], made: datetime) -> Path:
    """Give the list that names `revoked` (serial -> time and reason, "" for none) and was made at `made`, as PEM."""
    folder.mkdir(parents=True)
    (folder / "crlnumber").write_text("01\n")
    config = folder / "ca.cnf"
    config.write_text(CONFIG.format(folder=folder))
    end = _short(datetime.now(UTC) + timedelta(days=365))
    rows = (f"R\t{end}\t{_short(since)}{',' if reason else ''}{reason}\t{serial}\tunknown\t/CN=x\n" for serial, (since, reason) in revoked.items())
    (folder / "index.txt").write_text("".join(rows))
    openssl("ca", "-gencrl", "-config", config, "-cert", authority.ca, "-keyfile", authority.folder / "root.key", "-crl_lastupdate",
            made.strftime("%Y%m%d%H%M%SZ"), "-crldays", 30, "-out", folder / "list.pem")  # fmt: skip
    return folder / "list.pem"

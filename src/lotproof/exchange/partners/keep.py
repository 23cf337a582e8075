"""The messages themselves, in and out, byte for byte: files of the workspace under their digest. The ledger names the digest."""

from __future__ import annotations

import hashlib
import os
import secrets
from pathlib import Path

from lotproof.exchange.partners.problem import PartnerError
from lotproof.workspace.place import Workspace

FOLDER = "partners"


def path_of(workspace: Workspace, sha256: str) -> Path:
    """Where a message lies."""
    return workspace.root / FOLDER / f"{sha256}.json"


def keep(workspace: Workspace, content: bytes) -> str:
    """Keep a message; it is on the disk when its digest is returned."""
    sha256 = hashlib.sha256(content).hexdigest()
    path = path_of(workspace, sha256)
    path.parent.mkdir(exist_ok=True)
    if not path.exists():
        temporary = path.with_name(f"{secrets.token_hex(8)}.new")
        with temporary.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    return sha256


def kept(workspace: Workspace, sha256: str) -> bytes:
    """A message as it was taken or written; PartnerError where the file is not what the ledger says."""
    try:
        content = path_of(workspace, sha256).read_bytes()
    except OSError as error:
        raise PartnerError(
            f"The message {sha256[:12]}… is not in {FOLDER}/ of the workspace ({error.strerror}); bring it back from a backup."
        ) from None
    if hashlib.sha256(content).hexdigest() != sha256:
        raise PartnerError(f"The message {path_of(workspace, sha256)} was changed since it was kept; bring it back from a backup.")
    return content

"""A pack as a deterministic zip: sorted names, one time stamp, no extra fields."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

STAMP = (1980, 1, 1, 0, 0, 0)
STORED = {".gz", ".zip", ".pdf", ".png", ".xlsx", ".parquet"}


def write_zip(top: Path, target: Path) -> None:
    """Write the folder ``top`` as a zip with that folder in it."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for path in sorted(path for path in top.rglob("*") if path.is_file()):
            member = zipfile.ZipInfo(f"{top.name}/{path.relative_to(top).as_posix()}", STAMP)
            member.external_attr = 0o644 << 16
            member.compress_type = zipfile.ZIP_STORED if path.suffix in STORED else zipfile.ZIP_DEFLATED
            with path.open("rb") as source, archive.open(member, "w", force_zip64=True) as sink:
                shutil.copyfileobj(source, sink, 1 << 20)

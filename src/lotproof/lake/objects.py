"""Files in an object store (S3 and what speaks like it, or any other file system of fsspec), named by the SHA-256 of their bytes.

An object is there whole or not at all, and its name says what has to be in it: whoever fetches it compares. Credentials, region and
address come from where the store's client looks for them (AWS_ACCESS_KEY_ID, AWS_ENDPOINT_URL, ...), never from an address.
"""

from __future__ import annotations

import hashlib
import os
import re
import uuid
from pathlib import Path
from typing import Any

from lotproof.lake.store import CHUNK, digest_of, sync_folder

_DIGEST = re.compile(r"[0-9a-f]{64}")


class StoreError(Exception):
    """The store cannot be used, or does not hold what it should. The message says what, where and what to do next."""


class Store:
    """Objects below one address."""

    def __init__(self, url: str) -> None:
        """``url`` is s3://bucket/prefix, or another address that fsspec knows. StoreError where its client is missing."""
        self.url = url.rstrip("/")
        if "://" not in url or "@" in url:
            raise StoreError(f'"{url}" is no address of a store; write s3://bucket/prefix, and give credentials in the environment.')
        try:
            from fsspec.core import url_to_fs

            self._files, self._prefix = url_to_fs(self.url)
        except ImportError:
            raise StoreError(f'{url} needs its client: install "lotproof[s3]".') from None
        except ValueError as error:
            raise StoreError(f"{url} is no address of a store ({error}); write s3://bucket/prefix.") from None

    def _path(self, name: str) -> str:
        return f"{self._prefix}/{name}"

    def has(self, digest: str, size: int | None = None) -> bool:
        """Whether an object is there; with ``size`` also whether it has so many bytes."""
        found = self._call("look", self._info, named(digest))
        return found is not None and (size is None or found == size)

    def _info(self, name: str) -> int | None:
        try:
            self._files.invalidate_cache()
            size: int = self._files.info(self._path(name))["size"]
        except FileNotFoundError:
            return None
        return size

    def put(self, path: Path, digest: str) -> bool:
        """Write a file's bytes, and read them back to compare. False where they were there already."""
        if self.has(digest, path.stat().st_size):
            return False
        self._call("write", self._write, path, named(digest))
        if self.digest(digest) != digest:
            raise StoreError(f"{self.url}/{named(digest)} does not hold what was written; do not use this store.")
        return True

    def _write(self, path: Path, name: str) -> None:
        target = self._path(name)
        if self._files.protocol in ("file", ("file", "local")):  # the only one in which half an object could be seen
            self._files.makedirs(os.path.dirname(target), exist_ok=True)  # noqa: PTH120
            self._files.put_file(str(path), temporary := f"{target}.{uuid.uuid4().hex}.new")
            self._files.mv(temporary, target)
        else:
            self._files.put_file(str(path), target)

    def get(self, digest: str, target: Path) -> None:
        """Write an object's bytes to a file that appears whole, with the right bytes, or not at all."""
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = target.with_name(f"{uuid.uuid4().hex}.new")
        try:
            self._call("read", self._files.get_file, self._path(named(digest)), str(temporary))
            if digest_of(temporary) != digest:
                raise StoreError(
                    f"{self.url}/{named(digest)} was changed: its bytes have another SHA-256. Put it there again from the workspace."
                )
            with temporary.open("rb") as stream:
                os.fsync(stream.fileno())
            temporary.replace(target)
            sync_folder(target.parent)
        finally:
            temporary.unlink(missing_ok=True)

    def digest(self, digest: str) -> str | None:
        """The SHA-256 of the bytes that an object has now, None where it is not there."""
        return self._call("read", self._hash, named(digest))  # type: ignore[no-any-return]

    def _hash(self, name: str) -> str | None:
        found = hashlib.sha256()
        try:
            with self._files.open(self._path(name), "rb") as stream:
                while chunk := stream.read(CHUNK):
                    found.update(chunk)
        except FileNotFoundError:
            return None
        return found.hexdigest()

    def drop(self, digest: str) -> None:
        """Remove an object; nothing where there is none."""
        if self.has(digest):
            self._call("remove", self._files.rm_file, self._path(named(digest)))

    def _call(self, doing: str, function: Any, *arguments: Any) -> Any:
        try:
            return function(*arguments)
        except StoreError:
            raise
        except FileNotFoundError as error:
            raise StoreError(f"{self.url} lacks {arguments[0]} ({error}); put it there again with lotproof mirror put.") from None
        except Exception as error:  # each client has errors of its own
            raise StoreError(
                f"{self.url} could not be used to {doing} ({type(error).__name__}: {error}); what was done stays done, try again."
            ) from None


def named(digest: str) -> str:
    """Where an object lies below the address."""
    if not _DIGEST.fullmatch(digest):
        raise StoreError(f"{digest!r} is no SHA-256.")
    return f"sha256/{digest[:2]}/{digest}"

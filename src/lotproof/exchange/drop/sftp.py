"""A folder of an SFTP server as a place (paramiko, the extra sftp)."""

from __future__ import annotations

import contextlib
import posixpath
import stat
from pathlib import Path
from typing import Any

from lotproof.exchange.drop.settings import DropError, Sftp, secret
from lotproof.exchange.drop.spots import Away, FileTrouble
from lotproof.exchange.drop.still import RECEIPT, Seen, ignored, with_markers

SECONDS = 30
"""How long the server may say nothing."""


def _paramiko() -> Any:
    try:
        import paramiko
    except ImportError:
        raise DropError('SFTP needs paramiko, which is not installed; pip install "lotproof[sftp]".') from None
    return paramiko


class SftpSpot:
    """A folder there, looked into without its subfolders."""

    grows, letters = True, False

    def __init__(self, place: Sftp, root: Path) -> None:
        self._place = place
        self._client = _client(place, root)
        try:
            self._sftp = self._client.open_sftp()
            self._sftp.get_channel().settimeout(SECONDS)
        except Exception as error:
            self._client.close()
            raise DropError(f"{place.where}: {place.host} lets {place.user} in and speaks no SFTP ({error}); switch it on there.") from None

    def look(self) -> list[Seen]:
        try:
            listed = self._sftp.listdir_attr(self._place.path)
        except FileNotFoundError:
            raise DropError(f"{self._place.where}: {self._place.host} has no folder {self._place.path}; make it there.") from None
        except PermissionError:
            told = f"{self._place.where}: {self._place.user} may not look into {self._place.path} of {self._place.host}"
            raise DropError(f"{told}; have that allowed there.") from None
        except Exception as error:
            raise self._gone(error) from None
        files = [
            Seen(one.filename, one.st_size or 0, str(one.st_mtime))
            for one in listed
            if stat.S_ISREG(one.st_mode or 0) and isinstance(one.filename, str)
        ]
        return [one for one in with_markers(files, self._place.marker) if not ignored(one.name, self._place.files)]

    def _gone(self, error: Exception) -> DropError:
        told = str(error) or type(error).__name__
        return DropError(f"{self._place.where}: the connection to {self._place.host}:{self._place.port} broke ({told}); it is tried again.")

    def _path(self, *parts: str) -> str:
        return posixpath.join(self._place.path, *parts)

    def _same(self, seen: Seen) -> bool:
        try:
            now = self._sftp.lstat(self._path(seen.name))
        except FileNotFoundError:
            return False
        return (now.st_size, str(now.st_mtime)) == (seen.size, seen.stamp)

    def _there(self, path: str) -> bool:
        try:
            self._sftp.lstat(path)
        except FileNotFoundError:
            return False
        return True

    def fetch(self, seen: Seen, target: Path) -> None:
        try:
            with target.open("wb") as stream:
                got = self._sftp.getfo(self._path(seen.name), stream, prefetch=True)
            same = self._same(seen)
        except FileNotFoundError:
            raise FileTrouble(f"{seen.name}: it went away while it was fetched.") from None
        except PermissionError:
            raise FileTrouble(f"{seen.name}: {self._place.user} may not read it; have that allowed on {self._place.host}.") from None
        except Exception as error:
            if "size mismatch" in str(error):  # what paramiko says of a file that grew or shrank meanwhile
                raise FileTrouble(f"{seen.name}: it changed while it was fetched; it is looked at again later.") from None
            raise self._gone(error) from None
        if got != seen.size or not same:
            raise FileTrouble(f"{seen.name}: it changed while it was fetched; it is looked at again later.")

    def free(self, folder: str, name: str, other: str) -> str:
        try:
            taken = any(self._there(self._path(folder, one)) for one in (name, name + RECEIPT))
        except Exception as error:
            raise self._gone(error) from None
        return other if taken else name

    def put_away(self, seen: Seen, away: Away) -> None:
        try:
            self._make(away.folder)
            target = self._path(away.folder, away.name)
            self._write(target + RECEIPT, away.receipt)
            if not self._there(target) and self._same(seen):
                self._sftp.rename(self._path(seen.name), target)
                for one in seen.beside:
                    with contextlib.suppress(FileNotFoundError):
                        self._sftp.rename(self._path(one), target + one.removeprefix(seen.name))
        except PermissionError:
            told = f"{self._place.where}: {self._place.user} may not write into {self._path(away.folder)} of {self._place.host}"
            raise DropError(f"{told}; have that allowed there. {seen.name} was taken in, and nothing is lost.") from None
        except Exception as error:
            raise self._gone(error) from None

    def _make(self, folder: str) -> None:
        if not self._there(self._path(folder)):
            self._sftp.mkdir(self._path(folder))

    def _write(self, path: str, data: bytes) -> None:
        with self._sftp.open(path + ".part", "wb") as stream:
            stream.write(data)
        self._sftp.posix_rename(path + ".part", path)

    def close(self) -> None:
        self._client.close()


def _client(place: Sftp, root: Path) -> Any:
    """A connection; whom it is with was proved by a key that is known."""
    paramiko = _paramiko()
    client, known = paramiko.SSHClient(), root / place.known_hosts
    at = f"{place.host}:{place.port}"
    try:
        if known.exists():
            client.load_host_keys(str(known))
        client.set_missing_host_key_policy(_refusing(paramiko, place, known))
        client.connect(**_how(place, root))
        return client
    except DropError:
        client.close()
        raise
    except paramiko.BadHostKeyException as error:
        client.close()
        told = f"{place.where}: {at} shows the key {_shown(error.key)}, and {known} says {_shown(error.expected_key)}"
        told = f"{told}: somebody may stand between. Ask who runs it whether its key was changed"
        raise DropError(f"{told}, and only then put the new one there.") from None
    except paramiko.AuthenticationException as error:
        client.close()
        told = f"{place.where}: {at} does not let {place.user} in ({str(error).rstrip('.')})"
        raise DropError(f"{told}; look at {place.key_file or place.password_env} and at what the server allows.") from None
    except Exception as error:
        client.close()
        told = str(error) or type(error).__name__
        raise DropError(f"{place.where}: {at} does not answer ({told}); look whether it runs. It is tried again.") from None


def _how(place: Sftp, root: Path) -> dict[str, Any]:
    how: dict[str, Any] = {"hostname": place.host, "port": place.port, "username": place.user, "allow_agent": False, "look_for_keys": False}
    how |= {"timeout": SECONDS, "banner_timeout": SECONDS, "auth_timeout": SECONDS}
    if place.key_file:
        path = root / place.key_file
        if not path.is_file():
            raise DropError(f"{place.where}: there is no key file {path}; put the private key there, for this user alone to read.")
        how["key_filename"] = str(path)
        if place.key_password_env:
            how["passphrase"] = secret(place.key_password_env, place.where)
    if place.password_env:
        how["password"] = secret(place.password_env, place.where)
    return how


def _shown(key: Any) -> str:
    return f"{key.get_name()} {key.fingerprint}"


def _refusing(paramiko: Any, place: Sftp, known: Path) -> Any:
    """A key that is not known is refused, with all that is needed to make it known."""

    class Refusing(paramiko.MissingHostKeyPolicy):  # type: ignore[misc]
        def missing_host_key(self, client: Any, hostname: str, key: Any) -> None:
            told = f"{place.where}: {place.host}:{place.port} shows a key that is not known, {_shown(key)}"
            line = f"{hostname} {key.get_name()} {key.get_base64()}"
            raise DropError(f"{told}. Ask who runs it whether this is its fingerprint; if so, put this line into {known}: {line}")

    return Refusing()

"""Settings. The workspace comes from LOTPROOF_HOME, the database from DATABASE_URL (default: SQLite in the workspace)."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

HOME = Path(os.environ.get("LOTPROOF_HOME", "lotproof-workspace"))


def sqlite(path: Path) -> dict[str, Any]:
    """SQLite with a write-ahead log; writers take the lock when they begin, so that two cannot append one index."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 60,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
        },
    }


def database(url: str | None, home: Path) -> dict[str, Any]:
    """Database settings from a URL: postgres://user:password@host:port/name or sqlite:///path."""
    if not url:
        return sqlite(home / "ledger.sqlite3")
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return sqlite(Path(unquote(parts.path)))
    if parts.scheme not in ("postgres", "postgresql"):
        raise ImproperlyConfigured(f'DATABASE_URL has the scheme "{parts.scheme}"; write postgres://user:password@host:port/name.')
    try:
        port = str(parts.port or "")
    except ValueError as error:
        raise ImproperlyConfigured(f"DATABASE_URL: {error}; write postgres://user:password@host:port/name.") from error
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": port,
    }


DATABASES = {"default": database(os.environ.get("DATABASE_URL"), HOME)}
INSTALLED_APPS = ["lotproof.ledger.apps.LedgerConfig", "lotproof.quality.apps.QualityConfig"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
# Nothing is served yet: the key signs no session. The desk takes its own from LOTPROOF_SECRET_KEY.
SECRET_KEY = os.environ.get("LOTPROOF_SECRET_KEY", "no session is served by the command line")

"""Settings. The workspace comes from LOTPROOF_HOME, the database from DATABASE_URL (default: SQLite in the workspace)."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from lotproof.jobs.log import config

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
        # A connection of its own for every request would cost more than most pages; one that the server has closed is made anew.
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


DATABASES = {"default": database(os.environ.get("DATABASE_URL"), HOME)}
INSTALLED_APPS = [
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "lotproof.ledger.apps.LedgerConfig",
    "lotproof.jobs.apps.JobsConfig",
    "lotproof.quality.apps.QualityConfig",
    "lotproof.api.apps.ApiConfig",
    "lotproof.web.apps.WebConfig",
]
MIDDLEWARE = [
    "lotproof.web.watching.WatchMiddleware",
    "lotproof.web.headers.HeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "lotproof.web.language.LanguageMiddleware",
    "lotproof.web.session.PersonMiddleware",
    "lotproof.web.limits.LimitsMiddleware",
    "lotproof.web.table_links.TableLinksMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
LOGGING = config(os.environ.get("LOTPROOF_LOG", "text"))
ROOT_URLCONF = "lotproof.project.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["lotproof.web.context.desk"], "builtins": ["lotproof.web.templatetags.desk"]},
    }
]
JOBS = [
    "lotproof.packs.jobs",
    "lotproof.quality.kpi_watch",
    "lotproof.exchange.notify.watch",
    "lotproof.exchange.drop.job",
    "lotproof.api.capture_job",
    "lotproof.api.streams",
]
"""Modules that hold handlers of jobs."""
SCHEDULE = [("watch", 60), ("kpis", 3600), ("epcis-index", 60), ("epcis-schedules", 60), ("drop", 60)]
"""Jobs that come back: kind and period in seconds."""
TRY_AGAIN = 30
"""Seconds before the second attempt at a job; each further one waits twice as long, at most an hour."""
TAKERS = ["lotproof.exchange.alerts.taker.taker", "lotproof.exchange.partners.taker.taker"]
"""Dotted names of functions that are offered each file of a drop folder; exchange/drop/takers.py says how they are called."""
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Strict"
SESSION_COOKIE_AGE = 12 * 3600
# Behind a proxy that speaks HTTPS cookies travel by it alone; a laptop serves itself without.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = os.environ.get("LOTPROOF_HTTPS") == "1"
# __Host- binds a cookie to this very host and to HTTPS (ASVS 3.4.4); HSTS keeps browsers there (ASVS 14.4.5).
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = ("__Host-sessionid", "__Host-csrftoken") if SESSION_COOKIE_SECURE else ("sessionid", "csrftoken")
SECURE_HSTS_SECONDS = 365 * 86400 if SESSION_COOKIE_SECURE else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SESSION_COOKIE_SECURE else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "lotproof.web.problems.forged"
CAPTURE_MEGABYTES = int(os.environ.get("LOTPROOF_CAPTURE_MB", "1024"))
WEBHOOK_HOSTS = [host for host in os.environ.get("LOTPROOF_WEBHOOK_HOSTS", "").split(",") if host]
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
# One more than views/files.py takes, which then says so in a sentence.
DATA_UPLOAD_MAX_NUMBER_FILES = 201
FILE_UPLOAD_HANDLERS = [
    "lotproof.web.uploads.PhotoGuard",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
UPLOAD_BYTES = int(os.environ.get("LOTPROOF_UPLOAD_MB", "2000")) * 1_000_000
IDLE_SECONDS = int(os.environ.get("LOTPROOF_IDLE_MINUTES", "15")) * 60
ALLOWED_HOSTS = [host for host in os.environ.get("LOTPROOF_HOSTS", "localhost,127.0.0.1,[::1]").split(",") if host]
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if SESSION_COOKIE_SECURE and host != "*"]
# The command line serves no session; `lotproof serve` puts a key of the workspace here.
SECRET_KEY = os.environ.get("LOTPROOF_SECRET_KEY", "no session is served by the command line")

"""Logs as JSON lines, one document a line: no secret and nobody's name, whatever was asked of the server."""

from __future__ import annotations

import json
import logging
import re
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

REQUEST: ContextVar[str] = ContextVar("request", default="")
"""Identifier of the request, or of the job, that is being answered in this context; empty outside."""
OURS = ("lotproof", "_granian", "granian")
"""Loggers whose messages are said with their values; of others only the text of the message, for a value may be what somebody typed."""
_CREDENTIALS = re.compile(r"(?<=://)[^/\s@]+@")


class JsonLines(logging.Formatter):
    """Time (UTC), level, logger, message, request, facts; of an exception its type and places, not its text, which may quote a value."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _message(record),
        }
        if REQUEST.get():
            line["request"] = REQUEST.get()
        line |= getattr(record, "facts", {})
        if record.exc_info and record.exc_info[0]:
            line["error"], line["at"] = record.exc_info[0].__name__, _places(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


class News(logging.Filter):
    """Each request has its line already; of what Django says of requests only what broke is news."""

    def filter(self, record: logging.LogRecord) -> bool:
        return record.name != "django.request" or bool(record.exc_info)


def _message(record: logging.LogRecord) -> str:
    told = record.getMessage() if record.name.split(".")[0] in OURS else str(record.msg)
    return _CREDENTIALS.sub("…@", told)


def _places(raised: Any) -> list[str]:
    """Where the exception went through, innermost last; no line of source, for it may hold a literal."""
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(raised[2])][-20:]


def config(form: str) -> dict[str, Any]:
    """What logging.config.dictConfig takes: ``json`` writes every logger to standard error as lines; empty for anything else."""
    if form != "json":
        return {}
    handler = {"class": "logging.StreamHandler", "formatter": "lines", "stream": "ext://sys.stderr", "filters": ["news"]}
    through = {"handlers": ["lines"], "propagate": False}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"news": {"()": "lotproof.jobs.log.News"}},
        "formatters": {"lines": {"()": "lotproof.jobs.log.JsonLines"}},
        "handlers": {"lines": handler},
        "root": {"handlers": ["lines"], "level": "WARNING"},
        "loggers": {
            "lotproof": {**through, "level": "INFO"},
            "_granian": {**through, "level": "INFO"},
            "django": {**through, "level": "ERROR"},
        },
    }

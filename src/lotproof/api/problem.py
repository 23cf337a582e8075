"""What went wrong, as RFC 7807 has it and EPCIS 2.0 clause 12.3 names it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

_STATUS = {
    "ValidationException": 400, "QueryParameterException": 400, "QueryValidationException": 400, "SubscriptionControlsException": 400,
    "URITooLongException": 414, "SecurityException": 403, "NoSuchResourceException": 404, "NoSuchNameException": 404,
    "NotAcceptableException": 406, "ResourceAlreadyExistsException": 409, "CaptureLimitExceededException": 413,
    "QueryTooLargeException": 413, "QueryTooComplexException": 413, "UnsupportedMediaTypeException": 415, "ImplementationException": 500,
    "MethodNotAllowed": 405, "LengthRequired": 411,
}  # fmt: skip
_TITLES = {
    "ValidationException": "The document or request is not valid", "QueryParameterException": "A query parameter is not valid",
    "QueryValidationException": "The query is not valid", "SubscriptionControlsException": "The subscription is not valid",
    "SecurityException": "Not allowed", "NoSuchResourceException": "No such resource", "NoSuchNameException": "No such query",
    "NotAcceptableException": "No form that you accept", "ResourceAlreadyExistsException": "There already",
    "CaptureLimitExceededException": "The document is too large", "QueryTooLargeException": "The result is too large",
    "QueryTooComplexException": "The query is too complex", "UnsupportedMediaTypeException": "A type that is not read here",
    "ImplementationException": "Something broke", "MethodNotAllowed": "Not with this method", "LengthRequired": "The length is missing",
}  # fmt: skip


@dataclass
class ApiProblem(Exception):
    """A request cannot be answered."""

    kind: str
    """Name of the exception in the standard."""
    detail: str
    """One sentence: what, where, what to do next."""
    status: int = 0
    """Status where it is not the usual one of the kind."""
    headers: dict[str, str] = field(default_factory=dict)
    """Headers of the answer."""

    def __str__(self) -> str:
        return self.detail

    @property
    def code(self) -> int:
        """The status."""
        return self.status or _STATUS[self.kind]


def problem_body(kind: str, detail: str, status: int = 0, **more: Any) -> dict[str, Any]:
    """The JSON of a problem."""
    about = {"type": f"epcisException:{kind}", "title": _TITLES[kind], "status": status or _STATUS[kind], "detail": detail}
    return {**about, **more}

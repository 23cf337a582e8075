"""A check of the qualification as data, and its result."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, Generic, TypeVar

PASSED, FAILED, BROKEN, OPEN = "passed", "failed", "error", "not applicable"
"""Verdicts: it was as expected; it was not; the check itself broke off; there is nothing of the kind here."""
Subject = TypeVar("Subject")


class NotSo(Exception):
    """It is not as expected; the message says what was seen."""


class NotHere(Exception):
    """There is nothing to look at here; the message says why."""


@dataclass(frozen=True)
class Check(Generic[Subject]):
    """One thing to look at."""

    id: str
    """OQ-07."""
    what: str
    """What is done."""
    expected: str
    """What has to come of it."""
    shows: tuple[str, ...]
    """Requirements that it shows (quality/requirements.toml)."""
    look: Callable[[Subject], str]
    """Does it and says what was seen; NotSo where it is otherwise, NotHere where there is nothing to look at."""


@dataclass(frozen=True)
class Result:
    """What came of a check."""

    id: str
    """OQ-07."""
    what: str
    """What was done."""
    expected: str
    """What had to come of it."""
    shows: tuple[str, ...]
    """Requirements that it shows."""
    seen: str
    """What came of it."""
    verdict: str
    """passed, failed, error or not applicable."""

    @property
    def good(self) -> bool:
        """Whether nothing stands against it."""
        return self.verdict in (PASSED, OPEN)

    def as_json(self) -> dict[str, Any]:
        """For the document; `result_from` reads it back."""
        return {**asdict(self), "shows": list(self.shows)}


def result_from(document: dict[str, Any]) -> Result:
    """A result back from its JSON form."""
    return Result(**{**document, "shows": tuple(document["shows"])})


def judge(check: Check[Subject], subject: Subject) -> Result:
    """Do one check. Whatever goes wrong in it is its result: the other checks go on."""
    try:
        seen, verdict = check.look(subject), PASSED
    except NotSo as told:
        seen, verdict = str(told), FAILED
    except NotHere as told:
        seen, verdict = str(told), OPEN
    except Exception as error:  # an error in one check must not hide what the others see
        seen, verdict = f"The check broke off: {type(error).__name__}: {error}", BROKEN
    return Result(check.id, check.what, check.expected, check.shows, " ".join(seen.split())[:2000], verdict)


def judge_all(checks: Iterable[Check[Subject]], subject: Subject) -> Iterator[Result]:
    """Do them in order."""
    return (judge(check, subject) for check in checks)


def ensure(holds: bool, otherwise: str) -> None:
    """Go on where it holds; NotSo with what was seen where it does not."""
    if not holds:
        raise NotSo(otherwise)


def refusal_of(act: Callable[[], Any], *kinds: type[Exception]) -> str:
    """The sentence with which an act is refused; NotSo where it was done."""
    try:
        act()
    except kinds as told:
        return str(told)
    raise NotSo("It was not refused.")

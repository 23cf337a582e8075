"""The languages of the desk: English as it is written in the program, others by catalogs (`locale/*.po`, gettext's format).

The record stays as it was entered and as the program wrote it, in English; a catalog only says how the desk shows it. A sentence with
values in it is found by its pattern: the catalog has “{actor} opened the incident: {title}”, and what stands in place of the braces is
taken over as it is, but for the few that are words of the program (`WORDS`). What people wrote never goes through a catalog (`Said`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from babel.messages.pofile import read_po
from django.http import HttpRequest, HttpResponse
from django.utils.translation.trans_real import parse_accept_lang_header

LANGUAGES = {"en": "English", "de": "Deutsch", "fr": "Français"}
"""Code -> how the language calls itself."""
COOKIE = "lotproof_language"
WORDS = {"button", "label", "role", "roles", "state", "states", "noun", "says", "step_title", "last", "was", "where", "reach", "kind",
         "severity", "verdict", "allowed", "shows", "sample", "wanted", "setting", "told", "approved"}  # fmt: skip
"""Names of values in sentences that are words of the program themselves, or several of them."""
LEAST = 2
"""Letters of its own that a sentence with values has more than, to be found by its pattern."""
_HOLE = re.compile(r"\{(\w+)\}")
_CURRENT: ContextVar[str] = ContextVar("language", default="en")


class Said(str):
    """A text as it is to be shown: translated already, or of a person."""

    __slots__ = ()


@dataclass(frozen=True)
class Catalog:
    """What a language has for the program's words."""

    exact: dict[str, str]
    """English -> translated, without values."""
    patterns: tuple[tuple[re.Pattern[str], str], ...]
    """Sentences with values: what matches the English one, and the translated one; the longest fixed text first."""
    gap: str = ""
    """What stands before a colon and a semicolon: a no-break space in French."""

    def say(self, text: str) -> str:
        """The text in this language; as it is where the catalog lacks it."""
        found = self.exact.get(text)
        if found is not None:
            return found
        return self._by_pattern(text) or self._list(text)

    def _by_pattern(self, text: str) -> str:
        for pattern, translated in self.patterns:
            match = pattern.fullmatch(text)
            if match:
                return translated.format_map({name: self._value(name, value) for name, value in match.groupdict().items()})
        return ""

    def _value(self, name: str, value: str) -> str:
        if name not in WORDS:
            return value
        found = self.exact.get(value) or self._by_pattern(value)
        return found or ", ".join(self.exact.get(part, part) for part in value.split(", "))

    def _list(self, text: str) -> str:
        """Sentences that list what is missing: “The plan cannot be approved: one; another.”, or the list alone."""
        led = re.fullmatch(r"(.+?): (.+)\.", text, re.DOTALL)
        if led and led[1] in self.exact:
            return f"{self.exact[led[1]]}{self.gap}: {self._list(led[2])}."
        parts = text.split("; ")
        return f"{self.gap}; ".join(self.exact.get(part) or self._by_pattern(part) or part for part in parts)

    def lacks(self, text: str) -> bool:
        """Whether it has nothing for a text of the program, which may have values in braces."""
        return text not in self.exact


@lru_cache
def catalog(language: str) -> Catalog:
    """The catalog of a language; an empty one for English."""
    if language == "en":
        return Catalog({}, ())
    with files("lotproof.web").joinpath(f"locale/{language}.po").open("rb") as file:
        entries = {str(one.id): str(one.string) for one in read_po(file, locale=language) if one.id and one.string}
    # A sentence of little but values would match any text.
    holes = [one for one in entries if _HOLE.search(one) and len(re.findall(r"[a-z]", _HOLE.sub("", one))) > LEAST]
    holes.sort(key=lambda english: -len(_HOLE.sub("", english)))
    return Catalog(entries, tuple((_pattern(english), entries[english]) for english in holes), "\u00a0" if language == "fr" else "")


def _pattern(english: str) -> re.Pattern[str]:
    seen: set[str] = set()
    parts = []
    for position, part in enumerate(_HOLE.split(english)):
        if position % 2 == 0:
            parts.append(re.escape(part))
        else:
            parts.append(f"(?P={part})" if part in seen else f"(?P<{part}>.*)")
            seen.add(part)
    return re.compile("".join(parts), re.DOTALL)


def offered() -> list[tuple[str, str]]:
    """Languages to choose from: English, and those whose catalog has something; none where English alone is there."""
    found = [(code, name) for code, name in LANGUAGES.items() if code == "en" or catalog(code).exact]
    return found if len(found) > 1 else []


def current() -> str:
    """The language of the request."""
    return _CURRENT.get()


def say(text: str, **values: Any) -> Said:
    """A text of the program in the language of the request; ``values`` stand for names in braces."""
    if isinstance(text, Said):
        return text
    if values:
        return Said((catalog(current()).exact.get(text) or text).format(**values))
    return Said(_said(current(), text))


@lru_cache(20_000)
def _said(language: str, text: str) -> str:
    """Kept, because what no catalog has is held against every pattern."""
    return catalog(language).say(text)


def language_of(request: HttpRequest) -> str:
    """What the person chose, else what the browser prefers, else English."""
    there = {code for code, _ in offered()}
    chosen = request.COOKIES.get(COOKIE)
    if chosen in there:
        return str(chosen)
    preferred = (code.split("-")[0] for code, _ in parse_accept_lang_header(request.headers.get("Accept-Language", "")))
    return next((code for code in preferred if code in there), "en")


class LanguageMiddleware:
    """Sets the language of a request, and tells caches and browsers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = _CURRENT.set(language_of(request))
        try:
            response = self._next(request)
            response.headers.setdefault("Content-Language", current())
            return response
        finally:
            _CURRENT.reset(token)

"""Columns told by what stands in them, where no word of the header tells: identifiers, times, and words for states and results.

Nothing is guessed: a column is taken only where it is the one free column whose values are of the shape, and the receipt says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from lotproof.gs1.checkdigit import has_valid_check_digit
from lotproof.intake.fields import Field, Kind, Type, header_key
from lotproof.intake.vocabulary import VOCABULARIES

Samples = Mapping[int, Sequence[str]]
"""Column index to some of its values."""

_ITEM = re.compile(
    r"urn:epc:id:sgtin:\S+|\S+/01/\d{14}/21/\S+|(\]d2|\]Q3|\]C1)?[\x1d~]?(01\d{14}|\(01\)\d{14}).*(21|\(21\)).+|\d{14}[.:|/]\S+",
    re.I | re.S,
)
"""A trade item with its serial: nothing else is written so."""
_UNIT = re.compile(r"urn:epc:id:sscc:\S+|\S+/00/\d{18}|(?:\(00\)|00)?(\d{18})", re.I)
TIME = re.compile(
    r"^\d{1,4}[-./]\d{1,2}[-./]\d{1,4}|^\d{8}([ T]?\d{2}|$)|^\d{14}$|^[3-6]\d{4}\.\d+$|^\d{1,2}[-. ]+[A-Za-zä]{3,9}[-. ]+\d{4}"
)
_UNITS = ("parent", "case", "pallet", "container")
"""Fields that hold logistic units; other codes are of packs, or of either."""
_CLOCK = re.compile(r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}[ T]+\d{1,2}:\d{2}")
_ARTICLE = re.compile(r"\d{8,14}")
_SERIAL = re.compile(r"[0-9A-Za-z]{6,20}")
_NAMED = 4
"""Columns that must be known by their headers before values of no shape of their own tell another."""
_QUANTITY = re.compile(r"-?(0|[1-9]\d{0,6}|[1-9]\d{0,2}([.,' ]\d{3})*)([.,]\d+)?-?")
_MANY = 15
"""Cells that such a column must have filled before it is taken for one."""
_LIKELY = 0.9
"""Share of the filled cells that must be of the shape."""


def fill(kind: Kind, columns: Mapping[str, int], width: int, samples: Samples) -> dict[str, int]:
    """The columns, and those that values tell: first what the kind must have, then codes and a time that it may have."""
    found = dict(columns)
    for group in kind.requires:
        if not any(name in found for name in group):
            _take(kind, group, found, width, samples)
    for field in kind.fields:
        if field.name not in found and field.type in (Type.CODE, Type.SSCC):
            _take(kind, (field.name,), found, width, samples)
    if not any(field.name in found for field in kind.fields if field.type is Type.TIME) and any(f.name == "time" for f in kind.fields):
        _take(kind, ("time",), found, width, samples)
    return found


def guess(kind: Kind, columns: Mapping[str, int], width: int, samples: Samples) -> dict[str, int]:
    """The columns, and of those that the kind must have and lacks the ones whose values are of no shape by themselves: serials,
    words for states, quantities, types of movements, machines. They say less, so `match.py` asks where two kinds would do."""
    found = dict(columns)
    for group in kind.requires if len(columns) >= _NAMED else ():
        if not any(name in found for name in group):
            _take(kind, group, found, width, samples, plain=True)
    return found


Shape = Callable[[Sequence[str]], bool]
"""Whether the filled cells of a column are of a field."""


def _take(kind: Kind, names: Sequence[str], found: dict[str, int], width: int, samples: Samples, plain: bool = False) -> None:
    for name in names:
        is_one = (_plain_shape if plain else _shape)(kind, kind.field_named(name))
        if is_one is None:
            continue
        free = [index for index in range(width) if index not in found.values()]
        fitting = [index for index in free if (filled := _filled(samples.get(index, ()))) and is_one(filled)]
        if len(fitting) == 1:
            found[name] = fitting[0]
            return


def _filled(values: Sequence[str]) -> list[str]:
    return [value.strip() for value in values if value.strip()]


def _mostly(is_one: Callable[[str], bool]) -> Shape:
    return lambda filled: sum(map(is_one, filled)) >= _LIKELY * len(filled)


def _shape(kind: Kind, field: Field) -> Shape | None:
    if field.type in (Type.CODE, Type.SSCC):
        if field.name in _UNITS or field.type is Type.SSCC:
            return _mostly(is_unit)
        return _mostly(is_item if any(other.name in _UNITS for other in kind.fields) else _is_either)
    if field.type is Type.TIME and field.name == "time":  # when something arrived or was sent, its header must say
        return _mostly(_is_time)
    return None


def _plain_shape(_kind: Kind, field: Field) -> Shape | None:
    """What a column that the kind must have looks like where it is no identifier by itself."""
    if field.known:
        return _all_of(field.known)
    if field.type is Type.WORD:
        known = _mostly(lambda text: header_key(text) in VOCABULARIES[field.vocabulary])
        return lambda filled: len(filled) >= _MANY and known(filled)
    if field.type is Type.CODE and field.name not in _UNITS:
        return _are_serials
    if field.type is Type.NUMBER:
        return _are_quantities
    if field.type is Type.TIME and field.name not in ("arrived", "started"):  # a pallet that went and a pack with a state are timed as well
        return _mostly(lambda text: _CLOCK.match(text) is not None)
    return _are_names if field.name == "device" else None


def _are_serials(filled: Sequence[str]) -> bool:
    """None twice, and most with a figure: one drawn from letters and figures may have none, a row of words has none at all."""
    figures = _mostly(lambda text: any(map(str.isdigit, text)))
    return len(filled) >= _MANY and len(set(filled)) == len(filled) and all(map(_SERIAL.fullmatch, filled)) and figures(filled)


def _all_of(known: frozenset[str]) -> Shape:
    return lambda filled: known.issuperset(filled) and len(set(filled)) > 1


def _are_quantities(filled: Sequence[str]) -> bool:
    """Quantities come again, numbers of documents do not; positions have leading zeros or are steps of one."""
    return len(filled) >= _MANY and all(map(_QUANTITY.fullmatch, filled)) and 1 < len(set(filled)) < len(filled)


def _are_names(filled: Sequence[str]) -> bool:
    """The names of a few machines, each many times: no times, no identifiers."""
    few = 1 < len(set(filled)) <= len(filled) // 4
    return few and not any(_is_time(text) or _is_either(text) or _ARTICLE.fullmatch(text) for text in set(filled))


def _is_either(text: str) -> bool:
    return is_item(text) or is_unit(text)


def _is_time(text: str) -> bool:
    return TIME.search(text) is not None


def is_item(text: str) -> bool:
    """Whether a text is a trade item number with a serial, in any of the spellings that nothing else has."""
    return _ITEM.fullmatch(text) is not None


def is_unit(text: str) -> bool:
    """Whether a text is the number of a logistic unit; bare figures must have the right check digit."""
    found = _UNIT.fullmatch(text)
    return found is not None and (found[1] is None or has_valid_check_digit(found[1]))

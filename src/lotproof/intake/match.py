"""Which kind of source a header belongs to."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from lotproof.intake import by_values
from lotproof.intake.fields import Field, Kind, Type, header_key, header_keys, header_stems, stems_agree, stems_within
from lotproof.intake.kinds import KINDS
from lotproof.intake.problem import SourceProblem, clipped, quoted
from lotproof.intake.vocabulary import VOCABULARIES

KNOWN_HEADERS = frozenset(
    key for kind in KINDS for field in kind.fields for word in field.synonyms if len(key := header_key(word)) > 2 or word in field.words
)
"""Keys by which a row is known as a header. "De" and "A" head columns in one language and are words in all others."""


@dataclass(frozen=True)
class Match:
    """A kind with the columns that its fields were found in."""

    kind: Kind
    """The kind."""
    columns: Mapping[str, int]
    """Field name to column index."""
    unused: tuple[str, ...]
    """Headers that no field takes."""
    told: tuple[str, ...] = ()
    """Fields whose columns are told by their values, no word of the header."""


Samples = Mapping[int, Sequence[str]]
"""Column index to some of its values."""


def assign(kind: Kind, header: Sequence[str], stated: Mapping[str, str], samples: Samples = MappingProxyType({})) -> dict[str, int]:
    """Field name to column index for one kind. ``stated`` maps a header to a field, from a mapping profile.

    Headers that are no synonym to the letter may still say the same in other words (`stems_agree`); they count only if
    the column's values are of the field's type.
    """
    keys = [header_keys(cell) for cell in header]
    own = {header_key(written): name for written, name in stated.items()}
    names = {field.name for field in kind.fields}
    taken: dict[str, int] = {}
    used: set[int] = set()
    for index, cell in enumerate(header):
        name = stated.get(cell) or own.get(keys[index][0])
        if name in names and name not in taken:
            taken[name] = index
            used.add(index)
    fields = {field.name: field for field in kind.fields}
    wanted = _wanted(kind)
    for spelling in range(max(map(len, keys), default=0)):
        said = {candidates[spelling] for candidates in keys if len(candidates) > spelling}
        for name, key in wanted:
            if name in taken or key not in said:
                continue
            for index, candidates in enumerate(keys):
                if index in used or len(candidates) <= spelling or candidates[spelling] != key:
                    continue
                values = samples.get(index, ())
                if not (_is_clock(fields[name], values) or _is_count(fields[name], values) or _is_article(fields[name], key, values)):
                    taken[name] = index
                    used.add(index)
                    break
    for index, cell in enumerate(header):
        if index not in used and cell and (name := _by_stems(kind, cell, samples.get(index, ()), taken)):
            taken[name] = index
            used.add(index)
    return taken


@lru_cache(maxsize=64)
def _wanted(kind: Kind) -> Sequence[tuple[str, str]]:
    """Fields and the keys of their headers, the first word of every field before the second of any."""
    ranked = [(rank, field.name, header_key(word)) for field in kind.fields for rank, word in enumerate(field.synonyms)]
    return [(name, key) for _, name, key in sorted(ranked, key=lambda entry: entry[0])]


def _by_stems(kind: Kind, cell: str, values: Sequence[str], taken: Mapping[str, int]) -> str | None:
    stems = header_stems(cell)
    for field, other in _beginnings(kind).get((len(stems), stems[0][:3] if stems else ""), ()):
        if field.name not in taken and stems_agree(stems, other) and _is_typed(field, values):
            return field.name
    return None


@lru_cache(maxsize=64)
def _beginnings(kind: Kind) -> Mapping[tuple[int, str], Sequence[tuple[Field, tuple[str, ...]]]]:
    """The stems of a kind's headers by their number and first letters, without which none agree."""
    found: dict[tuple[int, str], list[tuple[Field, tuple[str, ...]]]] = {}
    for field in kind.fields:
        for word in field.synonyms:
            stems = header_stems(word)
            found.setdefault((len(stems), stems[0][:3] if stems else ""), []).append((field, stems))
    return found


def _is_typed(field: Field, values: Sequence[str]) -> bool:
    """Whether values look like the field's type; a column without values says nothing against it."""
    filled = [value.strip() for value in values if value.strip()]
    if not filled or field.type in (Type.TEXT, Type.DATE):
        return True
    if field.type is Type.WORD:
        return any(header_key(value) in VOCABULARIES[field.vocabulary] for value in filled)
    if _is_count(field, filled):
        return False
    pattern = _SHAPES[field.type]
    return sum(pattern.search(value) is not None for value in filled) * 10 >= len(filled) * 9


def _is_clock(field: Field, values: Sequence[str]) -> bool:
    """Whether a column that is headed like a code holds times: "Packung" is a pack in one export and when it was packed in another."""
    filled = [value.strip() for value in values if value.strip()]
    return field.type in (Type.CODE, Type.SSCC) and bool(filled) and all(_CLOCK.search(value) for value in filled)


def _is_count(field: Field, values: Sequence[str]) -> bool:
    """Whether a column that is headed like a code holds counts or words: "Packs" is a pack in one export and how many in another, "Unit"
    a pack or what a code is of. Counts are small and come again; serials do not."""
    filled = [value.strip() for value in values if value.strip()]
    if field.type not in (Type.CODE, Type.SSCC) or len(set(filled)) == len(filled):
        return False
    return all(map(_COUNT.fullmatch, filled)) or all(header_key(value) in VOCABULARIES["level"] for value in filled)


def _is_article(field: Field, key: str, values: Sequence[str]) -> bool:
    """Whether a product code is the site's own article number: its header does not name a trade item number, and no value is one."""
    filled = [value.strip() for value in values if value.strip()]
    named = any(word in key for word in ("gtin", "ean", "ntin", "ndc", "pzn", "tradeitem"))
    return field.type is Type.GTIN and not named and bool(filled) and not any(_SHAPES[Type.GTIN].search(value) for value in filled)


_CLOCK = re.compile(r"^\d{1,4}[-./]\d{1,2}[-./]\d{1,4}[ T]+\d{1,2}:\d{2}")
_COUNT = re.compile(r"\d{1,4}")
_SHAPES = {
    Type.TIME: by_values.TIME,
    Type.NUMBER: re.compile(r"^-?[\d.,' ]+-?$"),
    Type.CODE: re.compile(r"^(?!\d{1,4}[-./]\d{1,2}[-./]\d{1,4}([ T]|$))\S.*$"),
    Type.GTIN: re.compile(r"^\(?\d{2,4}\)?\d{8,14}$|^\d{8,14}$"),
    Type.SSCC: re.compile(r"\d{17,20}"),
}


def assign_more(kind: Kind, header: Sequence[str], named: Mapping[str, int], samples: Samples) -> dict[str, int]:
    """The columns found by name, those whose header says a field's words among others ("Case SSCC scanned"), and those that
    their values tell."""
    found = dict(named)
    scores = []
    for index, cell in enumerate(header):
        if index in found.values() or not cell:
            continue
        scores += [
            (said, field.name, index) for field in kind.fields
            if field.name not in found and (said := _said(field, header_stems(cell))) and _has_typed(field, samples.get(index, ()))
        ]  # fmt: skip
    for said, name, index in sorted(scores, key=lambda score: (-score[0], score[2])):
        rivals = {other for letters, other, at in scores if at == index and letters == said and other not in found}
        if name not in found and index not in found.values() and rivals <= {name}:
            found[name] = index
    return by_values.fill(kind, found, len(header), samples)


_ONE_OF_MANY = (
    "lot", "order_no", "ocr_lot", "gtin", "key", "category", "subject", "request", "reference", "document", "item_no", "movement",
    "arrived", "expiry", "ocr_expiry", "material", "description", "text", "done", "due", "opened", "cause", "action",
)  # fmt: skip
"""Fields whose words are parts of other headers too (a lot of labels, the order of a customer): they need a header of their own."""


@lru_cache(maxsize=1 << 15)
def _said(field: Field, stems: tuple[str, ...]) -> int:
    """Letters of the longest of a field's words that stands among those of a header; 0 where none does.

    Remembered, because the files of a folder bear the same headers, and each is held against all kinds."""
    if field.name in _ONE_OF_MANY:
        return 0
    return max((sum(map(len, other)) for other in _stems(field) if stems_within(other, stems)), default=0)


@lru_cache(maxsize=1 << 10)
def _stems(field: Field) -> tuple[tuple[str, ...], ...]:
    return tuple(dict.fromkeys(header_stems(word) for word in field.synonyms))


def _has_typed(field: Field, values: Sequence[str]) -> bool:
    return any(value.strip() for value in values) and _is_typed(field, values)


def fits(kind: Kind, columns: Mapping[str, int]) -> bool:
    """Whether the columns hold what a file of this kind must have."""
    return all(any(name in columns for name in group) for group in kind.requires)


def match_header(
    header: Sequence[str], name: str, stated: Mapping[str, str], kind_name: str | None = None, samples: Samples = MappingProxyType({})
) -> Match:
    """The kind that takes most of the header's columns; SourceProblem asks where none or several do."""
    options, rivals = [], []
    for kind in KINDS:
        if kind_name and kind.name != kind_name:
            continue
        named = assign(kind, header, stated, samples)
        known = assign_more(kind, header, named, samples)
        columns = known if fits(kind, known) else by_values.guess(kind, known, len(header), samples)
        score = len(named) - 2 * sum(not _foreign(kind, field, header) for field in kind.forbids)
        if fits(kind, columns):
            options.append(_Option(kind, columns, score, score + (len(known) - len(named)) / 2, len(columns) > len(known)))
        elif _lacks_one(kind, columns, header, samples):
            rivals.append((score, kind))
    best = _best(options, name)
    if best is None or (better := _better(rivals, best)):
        raise SourceProblem(_ask_kind(header, name, kind_name or (better.name if best and better else None), samples))
    unused = tuple(cell for index, cell in enumerate(header) if cell and index not in best.columns.values())
    own = assign(best.kind, header, stated, samples)
    return Match(best.kind, best.columns, unused, tuple(field for field in best.columns if field not in own))


@dataclass(frozen=True)
class _Option:
    """A kind that a file may be of."""

    kind: Kind
    columns: Mapping[str, int]
    named: int
    """Headers that it names, less those that speak against it."""
    score: float
    """The same, and half of the columns that other words or their values tell."""
    guessed: bool
    """Whether a column that it must have was guessed."""


def _best(options: Sequence[_Option], name: str) -> _Option | None:
    """The one that takes most of the header's columns, those with guesses behind the others; SourceProblem where two do."""
    ranked = sorted(options, key=lambda option: (-option.score, option.guessed))
    if len(ranked) > 1:
        first, second = ranked[:2]
        near = first.guessed and second.guessed and first.score - second.score < 1
        if near or (first.score, first.guessed) == (second.score, second.guessed):
            raise SourceProblem(
                f'{name}: its columns fit a {first.kind.title} as well as a {second.kind.title}; say which in a mapping profile: '
                f'[[file]] match = {quoted(name)} kind = "{first.kind.name}" (or "{second.kind.name}").'
            )
    return ranked[0] if ranked else None


_MORE = 2
"""Headers that a kind must name beyond those of another before a file that lacks one of its columns is not taken for that other."""


def _better(rivals: Sequence[tuple[int, Kind]], best: _Option) -> Kind | None:
    """The kind that names clearly more of the headers than the best that has all its columns, and lacks one of its own: a header that
    nobody knows must not turn movements into a camera log. Where a column was guessed, one header more is clear enough."""
    score, kind = max(rivals, key=lambda rival: rival[0], default=(0, None))
    return kind if score >= best.named + (1 if best.guessed else _MORE) else None


def _lacks_one(kind: Kind, columns: Mapping[str, int], header: Sequence[str], samples: Samples) -> bool:
    """Whether all but one of the columns that a kind must have are there, and a column that no field takes may hold it."""
    missing = _missing(kind, columns)
    free = [index for index, cell in enumerate(header) if cell and index not in columns.values()]
    return len(missing) == 1 and any(
        _has_typed(kind.field_named(name), samples.get(index, ())) for name in missing[0] for index in free
    )


_FORBIDDEN = {
    "state": ("Status", "State", "Zustand", "Statuswort", "SerialState", "ItemState", "SNStatus", "Disposition", "Statut",
    "Estado", "Stato"),
    "result": ("Result", "Ergebnis", "Verdict"),
    "expected": ("Expected", "ExpectedString", "Sollwert"),
    "read": ("ReadString", "Istwert", "Decoded"),
    "movement": ("Movement Type", "BWART", "Bewegungsart"),
    "case": ("CaseSSCC", "Karton", "Case", "Parent"),
    "delivery": ("Delivery", "Lieferung", "VBELN"),
    "quantity": ("Qty", "Menge", "Quantity"),
    "lot": ("Lot", "Batch", "Charge"),
    "order_no": ("OrderNo", "Auftrag", "AUFNR", "WorkOrder"),
}


def _foreign(kind: Kind, field: str, header: Sequence[str]) -> bool:
    keys = {header_key(cell) for cell in header}
    return not keys & {header_key(word) for word in _FORBIDDEN.get(field, ())}


def _missing(kind: Kind, columns: Mapping[str, int]) -> list[tuple[str, ...]]:
    return [group for group in kind.requires if not any(field in columns for field in group)]


def _ask_kind(header: Sequence[str], name: str, kind_name: str | None, samples: Samples) -> str:
    if kind_name and kind_name not in {kind.name for kind in KINDS}:
        return f'{name}: the mapping profile names the kind "{kind_name}", which is none of {", ".join(k.name for k in KINDS)}.'
    kinds = [kind for kind in KINDS if kind_name in (None, kind.name)]
    tried = [(kind, assign_more(kind, header, assign(kind, header, {}, samples), samples)) for kind in kinds]
    nearest, columns = max(tried, key=lambda pair: (len(pair[1]) - 2 * len(_missing(*pair)), -len(_missing(*pair))))
    missing = _missing(nearest, columns)[0]
    loose = [index for index, cell in enumerate(header) if cell and index not in columns.values()] or list(range(len(header)))
    alike = [index for index in loose if _has_typed(nearest.field_named(missing[0]), samples.get(index, ()))]
    shown = clipped(header[(alike or loose)[0]])
    return (
        f'{name}: nothing says which column holds the {missing[0]} of a {nearest.title}; if it is "{shown}", put this '
        f'into a mapping profile: [[file]] match = {quoted(name)} kind = "{nearest.name}" columns = '
        f'{{ {quoted(shown)} = "{missing[0]}" }}.'
    )

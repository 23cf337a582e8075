"""The form of one table file, drawn file by file, and its bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Final

from lotproof.simulate.chance import choices, weighted
from lotproof.simulate.headers import HEADERS
from lotproof.simulate.spec import SiteSpec
from lotproof.simulate.times import DATE_FORMS, EXPIRY_PATTERNS, RARE_TIME_FORMS, TIME_FORMS
from lotproof.simulate.xlsx import workbook

SMALL = frozenset({"orders", "stock", "calibration", "training", "deviations", "downtime", "roster", "receipts"})
TOTALLED = frozenset({"numbers", "line", "printer", "inventory", "receipts", "training", "upload"})
UNTIMED = frozenset({"stock", "calibration", "training", "deviations"})
DATED = frozenset({"calibration", "training", "deviations", "movements"})
BLOCK = 2000
SPARE: Final[Mapping[str, tuple[int, ...]]] = {
    "numbers": (4,), "line": (14,), "printer": (6,), "camera": (16,), "movements": (1, 5, 13), "stock": (1, 6, 7), "receipts": (4,),
    "inventory": (1, 7), "dock": (2, 5), "audit": (3,), "downtime": (5, 6), "calibration": (3,), "alerts": (8,),
    "orders": (2, 3), "holds": (2, 8), "deviations": (2,), "training": (2,),
}  # fmt: skip
"""Table to the columns that some sites do not export; nothing that a finding needs is among them."""
ADDED: Final[Mapping[str, tuple[tuple[tuple[str, str], ...], ...]]] = {
    "en": ((("ExportVersion", "3.2"),), (("Client", "100"), ("ExtractId", "77012"))),
    "de": ((("Exportversion", "3.2"),), (("Mandant", "100"), ("Auszug", "77012"))),
    "sap": ((("MANDT", "100"),), (("MANDT", "100"), ("SPRAS", "D"))),
}
"""Dialect to columns with which systems pad their exports."""


@dataclass(frozen=True)
class Form:
    """How one file is written."""

    kind: str
    """Table, a key of HEADERS."""
    header: tuple[str, ...]
    """Header words."""
    delimiter: str
    """One of ; , tab |."""
    encoding: str
    """utf-8, utf-8-sig, utf-16 (little endian with mark) or cp1252."""
    newline: str
    """End of line."""
    time: str
    """A key of TIME_FORMS."""
    date: str
    """A key of DATE_FORMS, for columns that are days."""
    expiry: str
    """strftime pattern of expiry dates."""
    comma: bool
    """Decimal comma."""
    preamble: bool
    """Report and time zone before the header."""
    totals: bool
    """A totals row at the end."""
    sheet: str | None
    """None for text; inline or shared for an XLSX workbook with that kind of strings."""
    columns: tuple[int, ...] = ()
    """Which columns of the table the file has, in its sequence; all of them where empty."""
    more: tuple[tuple[str, str], ...] = ()
    """Columns that the system adds to every export: header word and the value of all rows."""

    def note(self) -> str:
        """What README_export.txt says of this file."""
        parts = ["no times" if self.kind in UNTIMED else {**TIME_FORMS, **RARE_TIME_FORMS}[self.time]]
        if self.kind == "movements":
            parts = ["times plant local time"]
        if self.kind in DATED:
            parts[0] += f"; dates {DATE_FORMS[self.date][0]}"
        return ", ".join([*parts, "decimal comma"] if self.comma else parts)

    def laid_out(self, row: Sequence[str]) -> Sequence[str]:
        """A row with the columns of the file."""
        if not self.columns and not self.more:
            return row
        return [*(row[i] for i in self.columns or range(len(row))), *(value for _, value in self.more)]

    def head(self) -> Sequence[str]:
        """The header with the columns of the file."""
        if not self.columns and not self.more:
            return self.header
        return [*(self.header[i] for i in self.columns or range(len(self.header))), *(word for word, _ in self.more)]

    def decimal(self, tenths: int) -> str:
        """Tenths as a number with one decimal place."""
        return f"{tenths // 10}{',' if self.comma else '.'}{tenths % 10}"


def draw_form(spec: SiteSpec, kind: str, dialect: str, name: str) -> Form:
    """Draw the form of one file, from its own stream."""
    rng = choices(spec.seed, "form", name)
    form = Form(
        kind=kind, header=_header(rng, kind, dialect), delimiter=rng.choice((";", ";", ",", "\t", "|")),
        encoding=weighted(rng, [("utf-8", 3), ("utf-8-sig", 3), ("utf-16", 2), ("cp1252", 2)]),
        newline=weighted(rng, [("\r\n", 3), ("\n", 1)]), time=rng.choice(sorted(TIME_FORMS)),
        date=rng.choice(sorted(DATE_FORMS)), expiry=rng.choice(EXPIRY_PATTERNS), comma=rng.random() < 0.35,
        preamble=rng.random() < 0.35, totals=kind in TOTALLED and rng.random() < 0.25,
        sheet=rng.choice(("inline", "shared")) if kind in SMALL and rng.random() < 0.2 else None,
    )  # fmt: skip
    return _varied(form, choices(spec.seed, "variety", name), dialect)


def _varied(form: Form, rng: Random, dialect: str) -> Form:
    """Now and then: columns that few sites miss left out, another sequence, columns of the system's own, a rare form of time."""
    columns = list(range(len(form.header)))
    if rng.random() < 0.25:
        columns = [i for i in columns if i not in SPARE.get(form.kind, ())]
    if rng.random() < 0.25:
        cut = rng.randrange(1, len(columns))
        columns = columns[cut:] + columns[:cut]
    more = rng.choice(ADDED[dialect if dialect in ADDED else "en"]) if rng.random() < 0.25 else ()
    time = rng.choice(sorted(RARE_TIME_FORMS)) if rng.random() < 0.15 and form.kind not in UNTIMED else form.time
    plain = columns == list(range(len(form.header)))
    # A totals row has its words in the first cell and its number in the last one.
    return replace(form, columns=() if plain else tuple(columns), more=more, time=time, totals=form.totals and plain and not more)


def _header(rng: Random, kind: str, dialect: str) -> tuple[str, ...]:
    variants = [words for language, words in HEADERS[kind] if dialect in ("mixed", language)]
    return rng.choice(variants or [words for _, words in HEADERS[kind]])


def table(form: Form, name: str, zone: str, rows: Iterable[Sequence[str]], total: Callable[[int], str]) -> Iterator[bytes]:
    """The bytes of one table, in blocks. `total` gives the last cell of the totals row from the number of rows."""
    if form.sheet:
        yield workbook([form.head(), *map(form.laid_out, rows)], shared=form.sheet == "shared")
        return
    encoding = "utf-16-le" if form.encoding == "utf-16" else form.encoding.removesuffix("-sig")
    yield {"utf-16": b"\xff\xfe", "utf-8-sig": b"\xef\xbb\xbf"}.get(form.encoding, b"")
    lines, count = _preamble(form, name, zone), 0
    lines.append(form.delimiter.join(form.head()))
    for row in rows:
        lines.append(_line(form, form.laid_out(row)))
        count += 1
        if len(lines) >= BLOCK:
            yield (form.newline.join(lines) + form.newline).encode(encoding)
            lines = []
    if form.totals:
        word = "Summe" if form.header in (words for lang, words in HEADERS[form.kind] if lang == "de") else "Total"
        lines.append(form.delimiter.join([word, *[""] * (len(form.header) - 2), total(count)]))
    yield "".join(line + form.newline for line in lines).encode(encoding)


def _preamble(form: Form, name: str, zone: str) -> list[str]:
    if not form.preamble:
        return []
    title = name.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    zone = "UTC" if form.time == "utc" and form.kind not in UNTIMED | {"movements"} else zone
    return [f"Report{form.delimiter}{title}", f"Time zone{form.delimiter}{zone}", ""]


def _line(form: Form, row: Sequence[str]) -> str:
    line = form.delimiter.join(row)
    if line.count(form.delimiter) == len(row) - 1 and '"' not in line:
        return line
    return form.delimiter.join(_quoted(form, cell) for cell in row)


def _quoted(form: Form, cell: str) -> str:
    if form.delimiter in cell or '"' in cell:
        return '"' + cell.replace('"', '""') + '"'
    return cell

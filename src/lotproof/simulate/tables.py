"""The form of one table file, drawn file by file, and its bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from random import Random

from lotproof.simulate.chance import choices, weighted
from lotproof.simulate.headers import HEADERS
from lotproof.simulate.spec import SiteSpec
from lotproof.simulate.times import DATE_FORMS, EXPIRY_PATTERNS, TIME_FORMS
from lotproof.simulate.xlsx import workbook

SMALL = frozenset({"orders", "stock", "calibration", "training", "deviations", "downtime", "roster", "receipts"})
TOTALLED = frozenset({"numbers", "line", "printer", "inventory", "receipts", "training", "upload"})
UNTIMED = frozenset({"stock", "calibration", "training", "deviations"})
DATED = frozenset({"calibration", "training", "deviations", "movements"})
BLOCK = 2000


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

    def note(self) -> str:
        """What README_export.txt says of this file."""
        parts = ["no times" if self.kind in UNTIMED else TIME_FORMS[self.time]]
        if self.kind == "movements":
            parts = ["times plant local time"]
        if self.kind in DATED:
            parts[0] += f"; dates {DATE_FORMS[self.date][0]}"
        return ", ".join([*parts, "decimal comma"] if self.comma else parts)

    def decimal(self, tenths: int) -> str:
        """Tenths as a number with one decimal place."""
        return f"{tenths // 10}{',' if self.comma else '.'}{tenths % 10}"


def draw_form(spec: SiteSpec, kind: str, dialect: str, name: str) -> Form:
    """Draw the form of one file, from its own stream."""
    rng = choices(spec.seed, "form", name)
    return Form(
        kind=kind, header=_header(rng, kind, dialect), delimiter=rng.choice((";", ";", ",", "\t", "|")),
        encoding=weighted(rng, [("utf-8", 3), ("utf-8-sig", 3), ("utf-16", 2), ("cp1252", 2)]),
        newline=weighted(rng, [("\r\n", 3), ("\n", 1)]), time=rng.choice(sorted(TIME_FORMS)),
        date=rng.choice(sorted(DATE_FORMS)), expiry=rng.choice(EXPIRY_PATTERNS), comma=rng.random() < 0.35,
        preamble=rng.random() < 0.35, totals=kind in TOTALLED and rng.random() < 0.25,
        sheet=rng.choice(("inline", "shared")) if kind in SMALL and rng.random() < 0.2 else None,
    )  # fmt: skip


def _header(rng: Random, kind: str, dialect: str) -> tuple[str, ...]:
    variants = [words for language, words in HEADERS[kind] if dialect in ("mixed", language)]
    return rng.choice(variants or [words for _, words in HEADERS[kind]])


def table(form: Form, name: str, zone: str, rows: Iterable[Sequence[str]], total: Callable[[int], str]) -> Iterator[bytes]:
    """The bytes of one table, in blocks. `total` gives the last cell of the totals row from the number of rows."""
    if form.sheet:
        yield workbook([form.header, *rows], shared=form.sheet == "shared")
        return
    encoding = "utf-16-le" if form.encoding == "utf-16" else form.encoding.removesuffix("-sig")
    yield {"utf-16": b"\xff\xfe", "utf-8-sig": b"\xef\xbb\xbf"}.get(form.encoding, b"")
    lines, count = _preamble(form, name, zone), 0
    lines.append(form.delimiter.join(form.header))
    for row in rows:
        lines.append(_line(form, row))
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

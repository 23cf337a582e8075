"""docs/kinds.md from the kinds themselves: `python -m lotproof.intake.catalogue > docs/kinds.md` (make docs)."""

from __future__ import annotations

from collections.abc import Iterator

from lotproof.intake.fields import Kind
from lotproof.intake.kinds import KINDS
from lotproof.intake.languages import TRANSLATIONS
from lotproof.intake.vocabulary import VOCABULARIES

HEAD = """# Kinds of sources

Made by `make docs` from the program itself. A file is recognised by its content and never by its name.

- **EPCIS** 1.0 to 1.2 XML, 2.0 XML and JSON-LD, query documents and single events, in UTF-8, UTF-16 or an 8-bit encoding.
- **Zip and gzip archives**, also within one another, up to limits; a file of one is named `export.zip!/line/serials.csv`.
- **Exception notices** of trading partners (PDG JSON): product without data, data without product, misaligned data, quantities.
- **Pictures** with codes (PNG, JPEG, TIFF, GIF, BMP, WebP). **Batch reports** (facts, sections, a matrix of levels and counts).
- **Delimited text** (separator `;`, `,`, tab or `|`; UTF-8, UTF-16, cp1252), **columns of fixed width**, **list reports**, **JSON**
  rows, **flat XML**, **HTML tables** and **spreadsheets** (XLSX, XLS, ODS, each table of a workbook) of the kinds below.
  Headers are matched without case, accents, spaces and punctuation; a header that says the same in other words (`ALLOC_TS` for
  `AllocatedAt`) counts if the values of its column are of the field's type. Lines before the header, totals, blank lines,
  comments and repeated headers are no data.
- **Export notes**: a text that states `Plant time zone: Area/City` and says of files which times they hold, or what status
  words mean. **Checksum lists** (`sha256sum`, `md5sum`, BSD style). **Mapping profiles** ([profiles.md](profiles.md)).
- Everything else is kept byte for byte, and the receipt says what it is.

What recognition cannot decide is asked for in one sentence with the line to put into a mapping profile.
"""


def catalogue() -> str:
    """The page, in Markdown."""
    parts = [HEAD, *(line for kind in KINDS for line in _kind(kind)), *_languages(), *_vocabularies()]
    return "\n".join(parts).rstrip() + "\n"


def _kind(kind: Kind) -> Iterator[str]:
    yield from (f"## {kind.title} (`{kind.name}`)", "", "| field | read as | headers |", "|---|---|---|")
    for field in kind.fields:
        read = f"word ({field.vocabulary})" if field.vocabulary else field.type.value
        words = ", ".join(dict.fromkeys(field.words)).replace("|", "/")
        yield f"| `{field.name}`{' (needed)' if field.needed else ''} | {read} | {words} |"
    needs = "; ".join(" or ".join(f"`{name}`" for name in group) for group in kind.requires)
    yield from ("", f"A file is of this kind only if it has {needs}.", "")


def _languages() -> Iterator[str]:
    yield from ("## Headers in other languages", "", "French, Spanish, Italian, Dutch and Polish, wherever the English one counts.", "")
    yield from ("| header | also |", "|---|---|")
    for word, said in TRANSLATIONS.items():
        yield f"| {word} | {', '.join(dict.fromkeys(said))} |"
    yield ""


def _vocabularies() -> Iterator[str]:
    yield from ("## Words", "", "A site's own statement (export note, profile) goes before these.", "")
    for name, vocabulary in VOCABULARIES.items():
        meanings = sorted(set(vocabulary.values()))
        yield from (f"### {name}", "", "| meaning | words, without case and punctuation |", "|---|---|")
        for meaning in meanings:
            yield f"| `{meaning}` | {', '.join(sorted(word for word, means in vocabulary.items() if means == meaning and word))} |"
        yield ""


if __name__ == "__main__":
    print(catalogue(), end="")

"""Pictures with codes on them: each symbol that zxing-cpp decodes becomes an observation, with the picture as its proof.

The text of a symbol is read with its symbology identifier and with FNC1 as the group separator that it is in the symbol, so that
no reading is guessed. What a symbol says is said as it stands: a picture proves what was printed, not what should have been.
"""

from __future__ import annotations

import struct
import warnings
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import zxingcpp
from PIL import Image, ImageSequence

from lotproof.gs1.reading import UnreadableIdentifier, read
from lotproof.intake.problem import SourceProblem, clipped

MAX_BYTES = 128 << 20
"""Bytes of a picture file."""
MAX_PIXELS = 60_000_000
"""Pixels of one page; a camera of a line has five million, an office scanner at 600 dpi thirty-five."""
MAX_PAGES = 200
"""Pages of a TIFF."""
FORMATS = ("PNG", "JPEG", "TIFF", "GIF", "BMP", "WEBP")
BROKEN = (OSError, ValueError, SyntaxError, EOFError, TypeError, KeyError, IndexError, MemoryError, struct.error, zlib.error, Warning,
          Image.DecompressionBombError)  # fmt: skip
"""What the library raises for damage of all kinds."""


@dataclass(frozen=True)
class Symbol:
    """One decoded symbol."""

    page: int
    """Page of the picture, from 1."""
    symbology: str
    """What kind of symbol, with its identifier: Data Matrix ]d2."""
    text: str
    """What it holds, FNC1 as 0x1D."""
    marked: str
    """The same with the symbology identifier in front, where that promises GS1 data."""
    corner: tuple[int, int]
    """Pixel of its upper left corner in the picture itself, (x, y), also where a small picture is read three times as large."""
    outline: tuple[tuple[int, int], ...] = ()
    """Its four corners in the picture itself, (x, y) each, that one first."""


@dataclass(frozen=True)
class Limits:
    """How much of a picture is read."""

    bytes: int
    """Bytes of the file."""
    pixels: int
    """Pixels of one page."""
    pages: int
    """Pages of a TIFF or GIF."""


def symbols(path: Path, limits: Limits | None = None) -> tuple[list[Symbol], int]:
    """The symbols of a picture, page by page from top to bottom, and the number of pages.

    Raises SourceProblem where the picture is damaged or larger than the limits.
    """
    limits = limits or Limits(MAX_BYTES, MAX_PIXELS, MAX_PAGES)
    if (size := path.stat().st_size) > limits.bytes:
        raise SourceProblem(f"the picture has {size:,} bytes, more than {limits.bytes:,}, so no code was looked for; deliver it smaller.")
    try:
        with warnings.catch_warnings(), Image.open(path, formats=FORMATS) as picture:
            warnings.simplefilter("ignore")
            return _of_pages(picture, limits)
    except BROKEN as error:
        what = clipped(str(error).replace(str(path), "it"))
        raise SourceProblem(f"the picture cannot be opened ({what}); it is kept as it is, deliver it again.") from error


def _of_pages(picture: Image.Image, limits: Limits) -> tuple[list[Symbol], int]:
    found: list[Symbol] = []
    number = 0
    for number, page in enumerate(ImageSequence.Iterator(picture), 1):
        width, height = page.size
        if width * height > limits.pixels:
            what = f"a page of {width:,} by {height:,} pixels, more than {limits.pixels:,}"
            raise SourceProblem(f"the picture has {what}, so no code was looked for; deliver it smaller.")
        if number > limits.pages:
            raise SourceProblem(f"the picture has more than {limits.pages} pages; deliver it in parts.")
        found += sorted(_on_page(number, _grey(page)), key=lambda symbol: (symbol.page, symbol.corner[1], symbol.corner[0], symbol.text))
    return found, number


def _grey(page: Image.Image) -> Image.Image:
    """The page in shades of grey, what is transparent as paper."""
    if page.mode in ("RGBA", "LA", "PA") or "transparency" in page.info:
        page = page.convert("RGBA")
        paper = Image.new("RGBA", page.size, "white")
        paper.alpha_composite(page)
        page = paper
    return page.convert("L")


def _on_page(number: int, page: Image.Image) -> Iterator[Symbol]:
    found, scale = zxingcpp.read_barcodes(page, text_mode=zxingcpp.TextMode.Plain), 1
    if not found and max(page.size) <= 1500:  # modules of one or two pixels are found when there are more of them
        scale = 3
        found = zxingcpp.read_barcodes(page.resize((page.width * scale, page.height * scale)), text_mode=zxingcpp.TextMode.Plain)
    for code in found:
        at = code.position
        outline = tuple((one.x // scale, one.y // scale) for one in (at.top_left, at.top_right, at.bottom_right, at.bottom_left))
        marked = code.symbology_identifier + code.text if code.content_type == zxingcpp.ContentType.GS1 else code.text
        yield Symbol(number, f"{code.format} {code.symbology_identifier}".strip(), code.text, marked, outline[0], outline)


def observation(symbol: Symbol, name: str, position: int) -> dict[str, Any]:
    """The row of one symbol; UnreadableIdentifier where it names no trade item and no container."""
    found = read(symbol.marked)
    if found.gtin is None and found.sscc is None and found.serial is None:
        raise UnreadableIdentifier(symbol.text, "it names no trade item and no container")
    notes = [note for note in found.transforms if note not in ("symbology_id", "plain", "digital_link", "sscc_prefix")]
    return {
        "gtin": found.gtin, "serial": found.serial, "sscc": found.sscc, "lot": found.lot, "expiry": found.expiry,
        "level": "unit" if found.sscc is None else "container", "step": "observed", "result": symbol.symbology, "image": name,
        "reference": f"page {symbol.page}, pixel {symbol.corner[0]}, {symbol.corner[1]}", "ordinal": position, "position": position,
        "transform": " ".join(notes) or None,
    }  # fmt: skip

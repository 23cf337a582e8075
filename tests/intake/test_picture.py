"""Pictures with codes: what a symbol says, with the picture as its place of proof."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
import zxingcpp
from intake_helper import take_texts
from PIL import Image

from lotproof.intake import picture

GTIN = "09506000134352"
SSCC = "195060000000000012"


def drawn(content: str, form: zxingcpp.BarcodeFormat = zxingcpp.BarcodeFormat.DataMatrix, gs1: bool = True) -> Image.Image:
    code = zxingcpp.create_barcode(content, form, gs1=True) if gs1 else zxingcpp.create_barcode(content, form)
    return Image.fromarray(np.array(code.to_image(scale=4)))


def saved(*images: Image.Image, form: str = "PNG") -> bytes:
    stream = io.BytesIO()
    images[0].save(stream, form, **({"save_all": True, "append_images": images[1:]} if len(images) > 1 else {}))
    return stream.getvalue()


LABEL = f"(01){GTIN}(21)A1(17)280930(10)L1"


@pytest.mark.parametrize("form", ["PNG", "JPEG", "TIFF", "BMP", "WEBP", "GIF"])
def test_a_label_is_read_from_each_kind_of_picture(form: str, tmp_path: Path) -> None:
    taken = take_texts(tmp_path, {"p": saved(drawn(LABEL).convert("RGB"), form=form)})
    assert taken.rows("observation", "gtin serial lot expiry step level image transform") == [
        (GTIN, "A1", "L1", "280930", "observed", "unit", "p", None)
    ]
    assert taken.column("observation", "result") == ["Data Matrix ]d2"]
    assert (taken.only.kind, taken.only.rows, taken.only.stored) == ("picture", 1, 1)


def test_a_separator_in_the_symbol_leaves_one_reading_only(tmp_path: Path) -> None:
    """21ABC10LOT with FNC1 behind ABC10LOT: nothing was swallowed."""
    taken = take_texts(tmp_path, {"p.png": saved(drawn(f"(01){GTIN}(21)ABC10LOT(10)L1"))})
    assert taken.rows("observation", "serial lot transform") == [("ABC10LOT", "L1", None)]


def test_every_page_and_every_symbol_counts(tmp_path: Path) -> None:
    both = Image.new("L", (900, 700), 255)
    both.paste(drawn(LABEL), (50, 50))
    both.paste(drawn(f"(00){SSCC}", zxingcpp.BarcodeFormat.Code128), (20, 400))
    pages = saved(both, drawn(f"https://id.gs1.org/01/{GTIN}/21/B2", zxingcpp.BarcodeFormat.QRCode, gs1=False), form="TIFF")
    taken = take_texts(tmp_path, {"p.tif": pages})
    assert taken.rows("observation", "position serial sscc level") == [(1, "A1", None, "unit"), (2, None, SSCC, "container"), (3, "B2", None, "unit")]
    assert [str(place).split(",")[0] for place in taken.column("observation", "reference")] == ["page 1", "page 1", "page 2"]


def test_a_symbol_that_names_no_pack_is_quarantined_with_its_text(tmp_path: Path) -> None:
    taken = take_texts(tmp_path, {"p.png": saved(drawn("hello world", gs1=False))})
    assert (taken.only.stored, taken.only.quarantined) == (0, 1)
    assert taken.column("quarantine", "raw") == ["hello world"]


def test_a_picture_without_a_code_is_kept_and_said(tmp_path: Path) -> None:
    taken = take_texts(tmp_path, {"p.png": saved(Image.new("L", (200, 100), 128))})
    assert taken.only.problems == ("p.png: no code can be read on the picture; it is kept as it is, deliver a sharper one if its code matters.",)
    assert taken.lake.original(taken.only.sha256).exists()


@pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\n" * 9, saved(drawn(LABEL))[:300], b"\xff\xd8\xff\xe0\0\x10JFIF", b"II*\0" + b"\xff" * 40])
def test_a_damaged_picture_is_kept_and_said(content: bytes, tmp_path: Path) -> None:
    problem = take_texts(tmp_path, {"p.png": content}).only.problems[0]
    assert problem.startswith("p.png: the picture cannot be opened (") and problem.endswith("); it is kept as it is, deliver it again.")


def test_a_picture_beyond_the_limits_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture, "MAX_PIXELS", 1000)
    taken = take_texts(tmp_path, {"p.png": saved(Image.new("L", (100, 100), 255))})
    assert taken.only.problems == ("p.png: the picture has a page of 100 by 100 pixels, more than 1,000, so no code was looked for; deliver it smaller.",)
    monkeypatch.setattr(picture, "MAX_BYTES", 10)
    taken = take_texts(tmp_path / "2", {"p.png": saved(Image.new("L", (100, 100), 0))})
    assert "more than 10, so no code was looked for; deliver it smaller." in taken.only.problems[0]


def test_a_symbol_of_a_small_picture_stands_where_it_stands_in_the_picture_itself(tmp_path: Path) -> None:
    """Modules of little more than a pixel are found only where the picture is read three times as large."""
    code = zxingcpp.create_barcode(LABEL, zxingcpp.BarcodeFormat.DataMatrix, gs1=True)
    large = Image.fromarray(np.array(code.to_image(scale=4, add_quiet_zones=False)))
    small = Image.new("L", (400, 200), 255)
    small.paste(large.resize((large.width * 8 // 25, large.height * 8 // 25), Image.Resampling.BOX), (70, 40))
    (tmp_path / "p.png").write_bytes(saved(small))
    assert zxingcpp.read_barcodes(small) == []
    ((symbol,), pages) = picture.symbols(tmp_path / "p.png")
    assert pages == 1
    assert abs(symbol.corner[0] - 70) <= 1 and abs(symbol.corner[1] - 40) <= 1
    assert symbol.corner == symbol.outline[0]
    assert take_texts(tmp_path, {"p.png": saved(small)}).column("observation", "reference") == [f"page 1, pixel {symbol.corner[0]}, {symbol.corner[1]}"]

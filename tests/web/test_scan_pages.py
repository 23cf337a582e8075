"""The pages that scan, without a browser: what programs send, pictures beyond the limits, and sentences for what cannot be."""

from __future__ import annotations

import html
import io
import json
import zlib
from typing import Any

import pytest
from case_kit import Floor
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from scan_kit import drawn, sheet
from test_wedge import typed

from lotproof.quality.shell import load, open_record
from lotproof.quality.verification.running import Session
from lotproof.web import uploads

PLAN = {"title": "The cage", "scope": "a lot", "about": "L1", "level": "packs", "expected": "on site, not on hold", "size": 20, "confidence": "95 %",
        "tolerated": "50"}  # fmt: skip
PACK = "]d2010952123454321321A1\x1d10L1\x1d17271231"


def text(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def opened(floor: Floor) -> str:
    return open_record(floor.desk("op-1"), "session", PLAN).number


def sent(client: Client, number: str, *scans: dict[str, Any] | str) -> Any:
    body = json.dumps({"scans": [one if isinstance(one, dict) else {"id": one, "at": "2026-11-23T08:00:00Z", "text": one, "via": "scanner"} for one in scans]})
    return client.post(f"/verify/{number}/scans.json", body, "application/json")


def uploaded(client: Client, address: str, content: bytes, name: str = "p.png") -> Any:
    return client.post(address, {"photo": SimpleUploadedFile(name, content)})


def png(picture: Image.Image, **more: Any) -> bytes:
    made = io.BytesIO()
    picture.save(made, "PNG", **more)
    return made.getvalue()


def test_scans_come_as_json_and_again_without_harm(visit, floor):
    client, number = visit("op-1"), opened(floor)
    first, again = (sent(client, number, PACK, {"id": "b", "text": "§"}).json() for _ in range(2))
    assert first == again
    assert [(one["word"], one["tone"], one["symbol"]) for one in first["answers"]] == [("Unknown", "bad", "✗"), ("Not readable", "check", "?")]
    assert first["session"] == {"counted": 1, "right": 0, "wrong": 1, "sample": 4, "result": "not accepted", "seq": 2,
                                "sentence": "1 wrong in 1 packs of 20: at most 100.0 % at 95 %; of this lot at most 20"}  # fmt: skip
    assert len(Session(load(number)).scans) == 2
    assert client.get(f"/verify/{number}/record.json").json()["acts"][1]["body"]["scans"][0]["text"] == PACK


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"scans": 7}', '{"scans": []}', '{"scans": ["x"]}', '{"scans": [{"text": "x"}]}', "\xff"])
def test_what_no_page_of_ours_sends_gets_a_sentence(visit, floor, body):
    client, number = visit("op-1"), opened(floor)
    answer = client.post(f"/verify/{number}/scans.json", body, "application/json")
    assert answer.status_code == 409
    assert answer.json()["problem"].endswith((".", "came."))
    assert load(number).seq == 1


def test_who_only_reads_does_not_scan_and_sees_no_button(visit, floor):
    client, number = visit("read-1"), opened(floor)
    assert "“Scan” needs the role" in sent(client, number, PACK).json()["problem"]
    assert "Sign the result" not in text(client.get(f"/verify/{number}/"))
    assert "Plan a verification" not in text(client.get("/verify/"))


def test_a_session_of_another_kind_or_number_is_none(visit, floor):
    client = visit("op-1")
    incident = floor.opened()
    assert f"{incident} is no verification session; the list has them all." in text(client.get(f"/verify/{incident}/"))
    assert "There is no verification session VER-2026-0099." in text(client.get("/verify/VER-2026-0099/"))
    assert sent(client, incident, PACK).status_code == 409
    assert client.get(f"/verify/{opened(floor)}/do/open").status_code == 404


def test_a_plan_that_is_wrong_keeps_what_was_entered(visit):
    answer = visit("op-1").post("/verify/open", {**PLAN, "tolerated": "many", "title": "Cage 7"})
    assert answer.status_code == 409
    assert "“many” is no percentage; write 1 or 0.5." in text(answer)
    assert "Cage 7" in text(answer)


def test_the_box_finds_sessions_and_scans_through_a_wrong_keyboard(visit, floor):
    client, number = visit("op-1"), opened(floor)
    assert client.get(f"/find?q={number.lower()}").headers["Location"] == f"/verify/{number}/"
    assert number in text(client.get("/find?q=L1"))
    page = text(client.get("/find", {"q": typed(PACK, "US", "German")}))
    assert "The scan came through a keyboard of another layout, or with Caps Lock" in page
    assert "(01)09521234543213(21)A1" in page


def test_what_a_scanner_sent_is_shown_sign_by_sign_and_kept_nowhere(visit, floor):
    client = visit("op-1")
    page = text(client.post("/scanner/", {"text": "]d2010952123454321310LOT-A1\x1d21SER-7\x1d17271231<script>", "keys": "F8"}))
    assert page.count('class="separator"') == 2
    assert "<script>alert" not in page
    assert "Nothing came through." in text(client.post("/scanner/", {"text": ""}))
    svg = client.get("/scanner/symbol/letters")
    assert (svg.headers["Content-Type"], svg.content[:5]) == ("image/svg+xml; charset=utf-8", b"<?xml")


def test_codes_of_a_photo_lead_to_their_items_and_carry_no_place(visit):
    """What a telephone writes beside the picture (EXIF: place, time, device) is neither read nor sent back."""
    page = sheet([PACK, PACK.replace("A1", "A2")])
    exif = Image.Exif()
    exif[0x010E], exif[0x0112] = "taken at home", 6
    answer = uploaded(visit("op-1"), "/photo", png(page, exif=exif))
    assert text(answer).count("<polygon") == 2
    assert "Codes on p.png: 2" in text(answer)
    assert b"taken at home" not in answer.content
    assert '<a href="/find?q=%5Dd2010952123454321321A1%1D10L1%1D17271231">' in answer.content.decode()


def bomb(width: int, height: int) -> bytes:
    """A PNG of many white pixels in few bytes."""
    def chunk(name: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big")

    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([8, 0, 0, 0, 0])
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (bomb(8_000, 8_000), "a page of 8,000 by 8,000 pixels, more than 40,000,000, so no code was looked for"),
        (bomb(60_000, 60_000), "cannot be opened"),
        (b"%PDF-1.7 no picture", "cannot be opened"),
        (png(Image.new("L", (50, 50)))[:60], "cannot be opened"),
        (b"", "cannot be opened"),
    ],
)
def test_a_picture_beyond_the_limits_gets_a_sentence(visit, floor, content, told):
    client, number = visit("op-1"), opened(floor)
    for address in ("/photo", f"/verify/{number}/photo"):
        answer = uploaded(client, address, content)
        assert answer.status_code == 422
        assert told in text(answer)


def test_a_form_without_a_picture_says_so(visit):
    assert "no picture came; choose one." in text(visit("op-1").post("/photo", {}))


def test_a_photo_that_is_too_large_is_thrown_away_while_it_comes(visit, monkeypatch):
    monkeypatch.setattr(uploads, "MOST", 100_000)
    answer = uploaded(visit("op-1"), "/photo", b"x" * 300_000)
    assert answer.status_code == 422
    assert "so no code was looked for; send it smaller." in text(answer)


def test_a_picture_without_a_code_says_how_to_take_a_better_one(visit):
    assert "No code could be read. Go nearer" in text(uploaded(visit("op-1"), "/photo", png(Image.new("L", (300, 300), 255))))


def test_a_photo_becomes_scans_only_by_confirmation_and_once(visit, floor):
    client, number = visit("op-1"), opened(floor)
    page = text(uploaded(client, f"/verify/{number}/photo", png(drawn(PACK))))
    assert "Unknown" in page
    assert load(number).seq == 1
    given = {"key": "abc", "text": [PACK, "(01)09521234543213(21)A2"], "take": ["2"]}
    for _ in range(2):
        assert client.post(f"/verify/{number}/photo/take", given).headers["Location"] == f"/verify/{number}/?shown=abc-2"
    assert [(one.text, one.via) for one in Session(load(number)).scans] == [("(01)09521234543213(21)A2", "photo")]
    assert "No code was chosen" in text(client.post(f"/verify/{number}/photo/take", {**given, "take": []}))


def test_static_files_of_the_reader_are_ours_and_unchanged():
    """The digests that docs/third-parties.md names are those of the files."""
    import hashlib
    from pathlib import Path

    import lotproof.web

    folder = Path(lotproof.web.__file__).parent / "static" / "web" / "zxing"
    told = (Path(__file__).parents[2] / "docs" / "third-parties.md").read_text(encoding="utf-8")
    for path in sorted(folder.iterdir()):
        assert hashlib.sha256(path.read_bytes()).hexdigest() in told, path.name

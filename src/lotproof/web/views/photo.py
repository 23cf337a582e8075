"""A photo of codes, a whole sheet of them at once: read on the server, led to their items, or taken into a session."""

from __future__ import annotations

import base64
import io
import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST
from PIL import Image

from lotproof.intake.picture import BROKEN, FORMATS, Limits, Symbol, symbols
from lotproof.intake.problem import SourceProblem
from lotproof.quality.case import State
from lotproof.quality.entered import SCANS, Unreadable
from lotproof.quality.refusal import Refusal
from lotproof.quality.verification.facts import known_of
from lotproof.quality.verification.judge import judge
from lotproof.quality.verification.running import Session
from lotproof.quality.verification.scan_shell import came, kept_text, take_scans
from lotproof.web.guard import signed_in
from lotproof.web.problems import problem
from lotproof.web.site import clock, desk, workspace
from lotproof.web.uploads import REFUSED
from lotproof.web.views.verify import found_session
from lotproof.workspace.scanned import record_of

LIMITS = Limits(bytes=20 << 20, pixels=40_000_000, pages=1)
"""A telephone's photo has some 5 MB and 12 to 50 million pixels."""
SHOWN = 1000
"""Pixels of the longer side of the picture as it is shown again."""


@dataclass(frozen=True)
class Photo:
    """What was read from a picture."""

    name: str
    """Name of the file."""
    found: list[Symbol]
    """Its symbols, from top to bottom."""
    picture: str
    """The picture made small, as a data URI: drawn anew, without what a camera writes beside it."""
    size: tuple[int, int]
    """Its width and height in pixels."""


def read_photo(request: HttpRequest) -> Photo:
    """The symbols of the picture that came with a request; SourceProblem with a sentence for what cannot be read."""
    upload: Any = request.FILES.get("photo")
    if getattr(request, REFUSED, False) or (upload and upload.size > LIMITS.bytes):
        raise SourceProblem(f"the picture has more than {LIMITS.bytes:,} bytes, so no code was looked for; send it smaller.")
    if upload is None:
        raise SourceProblem("no picture came; choose one.")
    with tempfile.TemporaryDirectory(prefix="lotproof-photo-") as folder:
        path = Path(folder) / "photo"
        path.write_bytes(upload.read())
        found, _ = symbols(path, LIMITS)
        picture, size = _small(path)
    return Photo(str(upload.name), found[:SCANS], picture, size)


def _small(path: Path) -> tuple[str, tuple[int, int]]:
    try:
        with Image.open(path, formats=FORMATS) as picture:
            size = picture.size
            small = picture.convert("RGB")
            small.thumbnail((SHOWN, SHOWN))
    except BROKEN as error:
        raise SourceProblem("the picture cannot be opened; take it again.") from error
    made = io.BytesIO()
    small.save(made, "JPEG", quality=70)
    return f"data:image/jpeg;base64,{base64.b64encode(made.getvalue()).decode()}", size


@signed_in
@require_http_methods(["GET", "POST"])
def photo(request: HttpRequest) -> HttpResponse:
    """Find what is on a photo."""
    shown: dict[str, Any] = {"title": "Find by photo or camera", "here": "", "action": "/photo"}
    if request.method == "GET":
        return render(request, "web/photo.html", shown)
    try:
        taken = read_photo(request)
    except SourceProblem as trouble:
        return render(request, "web/photo.html", {**shown, "told": f"{trouble}"}, status=422)
    rows = [_row(number, one) for number, one in enumerate(taken.found, 1)]
    return render(request, "web/photo.html", {**shown, "photo": taken, "rows": rows, **_frame(taken)})


def _row(number: int, one: Symbol) -> dict[str, Any]:
    points = " ".join(f"{x},{y}" for x, y in one.outline)
    return {"number": number, "symbol": one, "text": kept_text(one.marked), "points": points, "at": one.outline[0]}


def _frame(taken: Photo) -> dict[str, Any]:
    width, height = taken.size
    return {"width": width, "height": height, "letters": max(width, height) // 40 or 1}


@signed_in
@require_http_methods(["GET", "POST"])
def session_photo(request: HttpRequest, number: str) -> HttpResponse:
    """What the codes of a photo mean in a session; nothing is written before it is confirmed."""
    try:
        found = _open(number)
    except Refusal as refusal:
        return problem(request, "Not possible", str(refusal), 404)
    shown: dict[str, Any] = {
        "title": "Scan a photo",
        "here": "verify",
        "action": f"/verify/{number}/photo",
        "session": found,
        "case": found.case,
    }
    if request.method == "GET":
        return render(request, "web/photo.html", shown)
    try:
        taken = read_photo(request)
    except SourceProblem as trouble:
        return render(request, "web/photo.html", {**shown, "told": f"{trouble}"}, status=422)
    return render(
        request, "web/photo.html", {**shown, "photo": taken, "rows": _judged(found, taken), "key": secrets.token_hex(12), **_frame(taken)}
    )


def _judged(found: Session, taken: Photo) -> list[dict[str, Any]]:
    with record_of(workspace()) as record:
        rows = [_row(at, one) for at, one in enumerate(taken.found, 1)]
        for row in rows:
            row["said"] = judge(found.plan, known_of(record, row["text"]))
    return rows


def _open(number: str) -> Session:
    found = found_session(number)
    if found.case.state is not State.OPEN:
        raise Refusal(f"{number} is closed; it takes no scans any more.")
    return found


@signed_in
@require_POST
def take_photo(request: HttpRequest, number: str) -> HttpResponse:
    """The codes of a photo that a person confirmed become scans."""
    try:
        _open(number)
        chosen = set(request.POST.getlist("take"))
        key = request.POST.get("key", "")
        texts = list(enumerate(request.POST.getlist("text"), 1))
        batch = [came({"id": f"{key}-{at}", "text": text, "via": "photo"}, clock()) for at, text in texts if str(at) in chosen]
        if not batch or not key:
            raise Refusal("No code was chosen; tick those that are to be taken.")
        take_scans(desk(request), number, batch)
    except (Refusal, Unreadable) as refusal:
        return problem(request, "Not taken", str(refusal), 409)
    return HttpResponseRedirect(f"/verify/{number}/?shown={batch[-1].id}")

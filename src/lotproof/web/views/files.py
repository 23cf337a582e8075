"""The files that the record rests on; bringing in more."""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from lotproof.jobs import queue
from lotproof.quality.roles import DESK, FLOOR
from lotproof.web.drops import drops
from lotproof.web.guard import role, signed_in
from lotproof.web.problems import problem
from lotproof.web.site import clock, workspace
from lotproof.workspace.sources import INBOX, receipts_of

PAGE = 50
MOST = 200
"""Files in one upload."""


@signed_in
@require_http_methods(["GET", "POST"])
def files(request: HttpRequest) -> HttpResponse:
    """The sources by name; a POST brings files in, which a job then reads."""
    if request.method == "POST":
        return _brought(request)
    asked = request.GET.get("q", "").strip().casefold()
    found = [one for one in receipts_of() if asked in one.name.casefold() or one.sha256.startswith(asked)]
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    shown = {"title": "Files", "here": "files", "page": page, "q": request.GET.get("q", ""), "may": role(request) in FLOOR}
    return render(request, "web/files.html", {**shown, "drops": drops(workspace().root)})


def _brought(request: HttpRequest) -> HttpResponse:
    if role(request) not in FLOOR:
        told = f"Files are brought in by {' or '.join(sorted(FLOOR | DESK))}; you are signed in as {role(request)}."
        return problem(request, "Not for your role", told, 403)
    sent = request.FILES.getlist("files")
    told = _refused(sent)
    if told:
        return problem(request, "Not taken", told, 422)
    folder = secrets.token_hex(8)
    _kept(workspace().root / INBOX / folder, sent)
    person: Any = request.person
    row = queue.put("take-in", {"folder": folder}, person.user_id, clock(), key=f"take-in:{folder}")
    return HttpResponseRedirect(f"/work/{row.pk}/")


def _refused(sent: Sequence[UploadedFile]) -> str:
    if not sent:
        return "No file was chosen. Choose one or several, then send them."
    if len(sent) > MOST:
        return f"{len(sent)} files at once are more than {MOST}; send them in parts, or pack them into a zip."
    size = sum(one.size or 0 for one in sent)
    if size > settings.UPLOAD_BYTES:
        limit = settings.UPLOAD_BYTES // 1_000_000
        return f"{size / 1e6:,.0f} MB are more than {limit:,} MB; use a drop folder or lotproof add, or raise LOTPROOF_UPLOAD_MB."
    return ""


def _kept(folder: Path, sent: Sequence[UploadedFile]) -> None:
    """Write what came; it lies on the disk before anything is said. Two files of one name both stay."""
    folder.mkdir(parents=True)
    for number, one in enumerate(sent):
        path = folder / _named(str(one.name))
        if path.exists():
            path = folder / f"{number}-{path.name}"
        with path.open("xb") as target:
            for piece in one.chunks():
                target.write(piece)
            target.flush()
            os.fsync(target.fileno())


def _named(name: str) -> str:
    """The last part of a name that a browser sent, without what leads elsewhere."""
    plain = "".join(c for c in PurePosixPath(name.replace("\\", "/")).name if c.isprintable()).strip().lstrip(".")
    return plain[-150:] or "file"

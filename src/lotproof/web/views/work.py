"""What is done outside requests: the list, one job as it goes on, packs to fetch."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from lotproof.jobs import queue
from lotproof.ledger import store
from lotproof.packs.jobs import pack_path
from lotproof.web.guard import signed_in
from lotproof.web.problems import problem
from lotproof.web.site import clock, workspace

PAGE = 50
WORDS = {"pack": "A pack for the inspector", "take-in": "Files that came in", "check": "The rules over everything"}
"""Kind of a job -> what it is for people."""


@signed_in
def jobs(request: HttpRequest) -> HttpResponse:
    """What waits, runs, was done or failed, the latest first."""
    page = Paginator(queue.table().all(), PAGE).get_page(request.GET.get("page"))
    shown = {"title": "Work", "here": "work", "page": page, "rows": [_row(one) for one in page], "alive": queue.alive(clock())}
    return render(request, "web/jobs.html", shown)


@signed_in
def job(request: HttpRequest, number: int) -> HttpResponse:
    """One job; the page looks again by itself while it goes on."""
    row = queue.table().filter(pk=number).first()
    if row is None:
        return problem(request, "No such job", f"There is no job {number}.", 404)
    shown = {"title": WORDS.get(row.kind, row.kind), "here": "work", "job": _row(row), "alive": queue.alive(clock())}
    return render(request, "web/job.html", shown)


@signed_in
def job_json(request: HttpRequest, number: int) -> HttpResponse:
    """The same for the page that waits, and for programs."""
    row = queue.table().filter(pk=number).first()
    return JsonResponse(_row(row)) if row else JsonResponse({"problem": f"There is no job {number}."}, status=404)


def _row(row: Any) -> dict[str, Any]:
    return {
        "number": row.pk,
        "kind": row.kind,
        "what": WORDS.get(row.kind, row.kind),
        "state": row.state,
        "by": row.actor,
        "put": row.put,
        "done": row.done,
        "of": row.of,
        "told": row.told,
        "result": queue.result(row),
    }


@signed_in
@require_POST
def ask_pack(request: HttpRequest) -> HttpResponse:
    """Have a pack built; asked twice while nothing was entered in between, it is the same one."""
    about = request.POST.get("about", "")
    name = f"EP-{about if about.replace('-', '').isalnum() and len(about) < 40 else 'site'}-{store.size()}"
    person: Any = request.person
    row = queue.put("pack", {"name": name}, person.user_id, clock(), key=f"pack:{name}")
    return HttpResponseRedirect(f"/work/{row.pk}/")


@signed_in
def fetch_pack(request: HttpRequest, name: str) -> HttpResponseBase:
    """A pack as a file."""
    path = pack_path(workspace().root, name)
    if path is None:
        return problem(request, "No such pack", f"There is no pack {name}; the page “Work” lists those that were built.", 404)
    return FileResponse(path.open("rb"), as_attachment=True, filename=path.name)

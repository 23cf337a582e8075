"""Sign-in and sign-out."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from lotproof.web.guard import public
from lotproof.web.session import problem, sign_in, sign_out
from lotproof.workspace.credentials import Given
from lotproof.workspace.place import WorkspaceError


@public
@require_http_methods(["GET", "POST"])
def door(request: HttpRequest) -> HttpResponse:
    """The sign-in page; afterwards where the person wanted to go."""
    target = request.POST.get("next") or request.GET.get("next") or "/"
    if not url_has_allowed_host_and_scheme(target, allowed_hosts=None):
        target = "/"
    told = ""
    if request.method == "POST":
        given = Given(request.POST.get("password", ""), request.POST.get("code") or None)
        try:
            sign_in(request, request.POST.get("user", "").strip(), given)
            return HttpResponseRedirect(target)
        except WorkspaceError as error:
            told = problem(error)
    return render(request, "web/door.html", {"title": "Sign in", "next": target, "told": told}, status=403 if told else 200)


@public
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """End the session."""
    sign_out(request)
    return HttpResponseRedirect("/sign-in")

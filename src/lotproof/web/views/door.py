"""Sign-in and sign-out."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from lotproof.web.guard import public
from lotproof.web.language import COOKIE, LANGUAGES
from lotproof.web.session import problem, sign_in, sign_out
from lotproof.web.site import provider
from lotproof.workspace.credentials import Given
from lotproof.workspace.place import WorkspaceError


@public
@require_http_methods(["GET", "POST"])
def door(request: HttpRequest) -> HttpResponse:
    """The sign-in page; afterwards where the person wanted to go."""
    target = inside(request.POST.get("next") or request.GET.get("next"))
    there = provider()
    if request.method == "POST":
        if there is not None and there.alone:
            return closed(request, f"Passwords are not taken here; sign in with {there.name}.", target)
        given = Given(request.POST.get("password", ""), request.POST.get("code") or None)
        try:
            sign_in(request, request.POST.get("user", "").strip(), given)
            return HttpResponseRedirect(target)
        except WorkspaceError as error:
            return closed(request, problem(error), target)
    return render(request, "web/door.html", {"title": "Sign in", "next": target, "provider": there})


def closed(request: HttpRequest, told: str, target: str) -> HttpResponse:
    """The sign-in page, which says why nobody was let in."""
    return render(request, "web/door.html", {"title": "Sign in", "next": target, "told": told, "provider": provider()}, status=403)


@public
@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Keep the language that a person chose on this device."""
    response = HttpResponseRedirect(inside(request.POST.get("next")))
    if request.POST.get("language") in LANGUAGES:
        response.set_cookie(
            COOKIE, request.POST["language"], max_age=365 * 86400, samesite="Strict", httponly=True, secure=request.is_secure()
        )
    return response


def inside(target: str | None) -> str:
    """An address of this desk; the first page for any other."""
    return target if target and url_has_allowed_host_and_scheme(target, allowed_hosts=None) else "/"


@public
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """End the session."""
    sign_out(request)
    return HttpResponseRedirect("/sign-in")

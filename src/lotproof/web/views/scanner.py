"""“Check my scanner”: symbols to scan, what came through character by character, and what to change."""

from __future__ import annotations

import zxingcpp
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from lotproof.gs1.wedge_report import LONGEST, TEST_SYMBOLS, TestSymbol, remarks, signs
from lotproof.web.guard import signed_in
from lotproof.web.problems import problem

MOST = 4000
"""Characters of a scan that are looked at."""


@signed_in
@require_http_methods(["GET", "POST"])
def scanner(request: HttpRequest) -> HttpResponse:
    """The page; what is scanned is shown and written nowhere."""
    text = request.POST.get("text", "")[:MOST]
    keys = tuple(one for one in request.POST.get("keys", "")[:200].split(",") if one)
    asked = request.method == "POST"
    shown = {
        "title": "Check my scanner",
        "here": "verify",
        "asked_scan": asked,
        "signs": signs(text),
        "length": len(text),
        "longest": LONGEST,
        "remarks": remarks(text, keys) if asked else [],
        "symbols": TEST_SYMBOLS,
    }
    return render(request, "web/scanner.html", shown)


@signed_in
def symbol(request: HttpRequest, name: str) -> HttpResponse:
    """One symbol to scan, as SVG."""
    found = next((one for one in TEST_SYMBOLS if one.name == name), None)
    if found is None:
        return problem(request, "No such symbol", "“Check my scanner” lists the symbols that there are.", 404)
    return HttpResponse(drawn(found), "image/svg+xml; charset=utf-8")


def drawn(one: TestSymbol) -> str:
    """The symbol as SVG."""
    code = zxingcpp.create_barcode(one.brackets, getattr(zxingcpp.BarcodeFormat, one.carrier), gs1=True, force_square=True)
    return zxingcpp.write_barcode_to_svg(code, scale=6 if one.carrier == "DataMatrix" else 2)

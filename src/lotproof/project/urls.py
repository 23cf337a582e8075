"""Every address: the EPCIS interface below epcis/, the desk everywhere else."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [path("epcis/", include("lotproof.api.urls")), path("", include("lotproof.web.urls"))]

handler400 = "lotproof.web.problems.unusable"
handler404 = "lotproof.web.problems.missing"
handler500 = "lotproof.web.problems.broken"

"""Every address of the desk."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, re_path

from lotproof.web.guard import public
from lotproof.web.pictures import stylesheet
from lotproof.web.views import door, find, health, incident, incidents, lists, lots, signals, today

NUMBER = r"(?P<number>INC-\d{4}-\d{4,})"


@public
def drawings(_request: HttpRequest) -> HttpResponse:
    """The styles of drawings."""
    return HttpResponse(stylesheet(), "text/css; charset=utf-8", headers={"Cache-Control": "max-age=3600"})


urlpatterns: list[URLPattern] = [
    path("sign-in", door.door),
    path("sign-out", door.leave),
    path("alive", health.alive),
    path("ready", health.ready),
    path("metrics", health.metrics),
    path("drawings.css", drawings),
    path("", today.today),
    path("find", find.find),
    path("signals/", signals.signals),
    re_path(r"^signals/(?P<number>SIG-\d{4}-\d{4,})/triage$", signals.triage),
    path("incidents/", incidents.incidents),
    path("incidents/open", incidents.open_incident),
    re_path(rf"^incidents/{NUMBER}/$", incident.incident),
    re_path(rf"^incidents/{NUMBER}\.json$", incident.incident_json),
    re_path(rf"^incidents/{NUMBER}/do/(?P<name>[a-z-]+)$", incident.act),
    re_path(r"^lots/(?P<name>.+)/(?P<code>[A-Z]+-[0-9]+)/$", lots.finding),
    path("lots/<path:name>/", lots.lot),
    path("actions/", lists.actions),
    path("holds/", lists.holds),
    path("trail/", lists.trail),
    re_path(r"^(?P<name>incidents|actions|holds|signals)\.(?P<ending>csv|json)$", lists.export),
]

handler404 = "lotproof.web.problems.missing"
handler500 = "lotproof.web.problems.broken"

"""Every address of the interface. Names within them (identifiers, which hold slashes) come percent-encoded."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, re_path

from lotproof.api import views_capture, views_events, views_queries, views_resources, views_soap
from lotproof.api.guard import guarded
from lotproof.api.problem import ApiProblem
from lotproof.api.schema import schema_view


def _missing(_request: HttpRequest) -> HttpResponse:
    raise ApiProblem("NoSuchResourceException", "There is nothing at this address; GET /epcis/ lists what there is.")


urlpatterns: list[URLPattern] = [
    path("", views_resources.top),
    path("openapi.json", schema_view),
    path("soap", views_soap.soap),
    path("capture", views_capture.capture),
    path("capture/<str:number>", views_capture.capture_job),
    path("events", views_events.events),
    path("events/<path:event_id>", views_events.event),
    path("queries", views_queries.named),
    path("queries/<str:name>", views_queries.one),
    path("queries/<str:name>/events", views_queries.events),
    path("queries/<str:name>/subscriptions", views_queries.subscribed),
    path("queries/<str:name>/subscriptions/<str:number>", views_queries.subscription),
    *(path(kind, view) for kind, view in views_resources.listings.items()),
    *(path(f"{kind}/<path:name>/events", view) for kind, view in views_resources.events_of.items()),
    *(path(f"{kind}/<path:name>", views_resources.members) for kind in views_resources.KINDS),
    re_path(r"", guarded(_missing)),
]

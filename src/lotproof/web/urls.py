"""Every address of the desk."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, re_path

from lotproof.web.books import SHELVES
from lotproof.web.guard import public
from lotproof.web.pictures import stylesheet
from lotproof.web.views import (
    acting,
    alerts,
    data_say,
    door,
    files,
    find,
    health,
    incident,
    incidents,
    kpis,
    lists,
    lots,
    partners,
    photo,
    printed,
    ready,
    records,
    scanner,
    signals,
    sso,
    today,
    verify,
    why,
    work,
    worksheets,
)

NUMBER = r"(?P<number>INC-\d{4}-\d{4,})"
THREAD = r"(?P<number>EXC-\d{4}-\d{4,})"
RECORD = r"(?P<number>[A-Z]{3}-\d{4}-\d{4,})"
SHELF = f"(?P<place>{'|'.join(SHELVES)})"
OTHER = f"(?P<place>{'|'.join(place for place in SHELVES if place not in ('incidents', 'verify'))})"


@public
def drawings(_request: HttpRequest) -> HttpResponse:
    """The styles of drawings."""
    return HttpResponse(stylesheet(), "text/css; charset=utf-8", headers={"Cache-Control": "max-age=3600"})


urlpatterns: list[URLPattern] = [
    path("sign-in", door.door),
    path("sign-in/provider", sso.leave_for_provider),
    path("sign-in/provider/return", sso.back_from_provider),
    path("sign-out", door.leave),
    path("language", door.choose_language),
    path("alive", health.alive),
    path("ready", health.ready),
    path("metrics", health.metrics),
    path("drawings.css", drawings),
    path("", today.today),
    path("find", find.find),
    path("signals/", signals.signals),
    re_path(r"^signals/(?P<number>SIG-\d{4}-\d{4,})/triage$", signals.triage),
    re_path(r"^signals/(?P<number>SIG-\d{4}-\d{4,})/$", alerts.alert),
    re_path(r"^signals/(?P<number>SIG-\d{4}-\d{4,})/answered$", alerts.answer),
    re_path(r"^signals/(?P<number>SIG-\d{4}-\d{4,})/(?P<name>worksheet|partner)\.(?P<ending>txt|html|json)$", alerts.reply),
    path("partners/", partners.partners),
    path("partners/write", partners.write),
    re_path(r"^partners/of/(?P<signal>SIG-\d{4}-\d{4,})$", partners.of_signal),
    re_path(rf"^partners/{THREAD}/$", partners.partner),
    re_path(rf"^partners/{THREAD}/(?P<sha256>[0-9a-f]{{64}})\.json$", partners.message),
    re_path(rf"^partners/{THREAD}/(?P<what>reply|close|sent)$", partners.act),
    re_path(rf"^partners/{THREAD}/incident$", partners.incident),
    path("incidents/", incidents.incidents),
    re_path(rf"^incidents/{NUMBER}/$", incident.incident),
    re_path(rf"^incidents/{NUMBER}/data$", data_say.data_say),
    re_path(rf"^incidents/{NUMBER}/why$", why.why),
    re_path(rf"^incidents/{NUMBER}/why\.(?P<ending>json)$", why.why),
    path("verify/", verify.sessions),
    path("verify/<str:number>/", verify.session),
    path("verify/<str:number>/scan", verify.scan),
    path("verify/<str:number>/scans.json", verify.scans_json),
    path("verify/<str:number>/record.json", verify.session_json),
    path("verify/<str:number>/photo", photo.session_photo),
    path("verify/<str:number>/photo/take", photo.take_photo),
    path("verify/<str:number>/do/session-result", verify.result),
    re_path(rf"^incidents/{NUMBER}/worksheets/(?P<name>[a-z0-9-]+)$", worksheets.worksheet),
    re_path(rf"^incidents/{NUMBER}/worksheets/(?P<name>[a-z0-9-]+)\.(?P<ending>txt|json)$", worksheets.worksheet),
    re_path(rf"^{SHELF}/open$", acting.begin),
    re_path(rf"^{OTHER}/$", records.records),
    re_path(rf"^{OTHER}/{RECORD}/$", records.record),
    re_path(rf"^{SHELF}/{RECORD}/record\.json$", records.record_json),
    re_path(rf"^{SHELF}/{RECORD}/do/(?P<name>[a-z-]+)$", acting.act),
    re_path(r"^lots/(?P<name>.+)/(?P<code>[A-Z]+-[0-9]+)/$", lots.finding),
    re_path(r"^lots/(?P<name>.+)/do/(?P<kind>lot-waiver|lot-waiver-ended)$", lots.waiver),
    re_path(r"^lots/(?P<name>.+)/equations/$", lots.equations),
    path("lots/<path:name>/equations/<str:level>/<int:number>/<int:at>/", lots.residue),
    path("lots/<path:name>/", lots.lot),
    path("photo", photo.photo),
    path("scanner/", scanner.scanner),
    path("scanner/symbol/<str:name>", scanner.symbol),
    path("actions/", lists.actions),
    path("holds/", lists.holds),
    path("trail/", lists.trail),
    path("trail/<int:index>.json", lists.entry_json),
    path("readiness/", ready.ready),
    re_path(r"^readiness/(?P<name>lots|incidents)\.(?P<ending>csv|json)$", ready.ready_table),
    path("readiness/plan", ready.plan_page),
    re_path(r"^readiness/plan\.(?P<ending>csv|json)$", ready.plan_page),
    path("kpis/", kpis.kpis),
    path("kpis/count", kpis.count),
    re_path(r"^kpis/indicators\.(?P<ending>csv|json)$", kpis.table_of_all),
    re_path(r"^kpis/(?P<name>[a-z0-9-]+)\.csv$", kpis.kpi_csv),
    re_path(r"^kpis/(?P<name>[a-z0-9-]+)/$", kpis.kpi),
    re_path(r"^kpis/(?P<name>[a-z0-9-]+)\.json$", kpis.kpi_json),
    re_path(r"^kpis/(?P<name>[a-z0-9-]+)/rows/(?P<point>.+)/$", kpis.kpi_point),
    path("files/", files.files),
    path("work/", work.jobs),
    path("work/<int:number>/", work.job),
    path("work/<int:number>/state.json", work.job_json),
    path("packs", work.ask_pack),
    re_path(r"^packs/(?P<name>EP-[A-Za-z0-9-]{1,60}\.zip)$", work.fetch_pack),
    path("copies/", printed.printed),
    path("copies/print", printed.print_page),
    path("copies/COPY-<int:number>/", printed.copy_page),
    path("copies/COPY-<int:number>/text", printed.copy_text),
    path("copies/COPY-<int:number>/margin.css", printed.margin),
    re_path(r"^(?P<name>[a-z]+)\.(?P<ending>csv|json)$", lists.export),
]

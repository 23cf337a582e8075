"""The description of this interface as OpenAPI 3.0, for programs that read such a thing: served without a key, it holds no data."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse

from lotproof import __version__
from lotproof.api.capture import BEHAVIOURS, TYPES
from lotproof.api.guard import guarded, json_answer
from lotproof.api.problem import ApiProblem
from lotproof.api.query import MOST
from lotproof.api.views_resources import KINDS

Node = dict[str, Any]
_TEXT: Node = {"type": "string"}
_LISTS = {
    "eventType": "Class of the event.", "EQ_action": "ADD, OBSERVE or DELETE.", "EQ_bizStep": "Business step.",
    "EQ_disposition": "Disposition.", "EQ_readPoint": "Read point.", "EQ_bizLocation": "Business location.",
    "WD_readPoint": "Read point, or a place within it.", "WD_bizLocation": "Business location, or a place within it.",
    "EQ_eventID": "eventID.", "EQ_transformationID": "transformationID.", "EQ_errorReason": "Reason of an error declaration.",
    "EQ_correctiveEventID": "ID of a corrective event.", "MATCH_epc": "In epcList or childEPCs.", "MATCH_parentID": "parentID.",
    "MATCH_inputEPC": "In inputEPCList.", "MATCH_outputEPC": "In outputEPCList.", "MATCH_anyEPC": "In any of these.",
    "MATCH_epcClass": "Class in quantityList or childQuantityList.", "MATCH_inputEPCClass": "Class in inputQuantityList.",
    "MATCH_outputEPCClass": "Class in outputQuantityList.", "MATCH_anyEPCClass": "Class in any of these.",
}  # fmt: skip
_TIMES = ("GE_eventTime", "LT_eventTime", "GE_recordTime", "LT_recordTime", "GE_errorDeclarationTime", "LT_errorDeclarationTime")


@lru_cache(1)
def openapi() -> Node:
    """The document."""
    bearer: Node = {"type": "http", "scheme": "bearer", "description": "A key of lotproof api-key add."}
    paths = {**_capture(), **_events(), **_queries(), **_resources()}
    return {
        "openapi": "3.0.3",
        "info": {"title": "Lotproof, EPCIS 2.0", "version": __version__, "license": {"name": "Apache-2.0"}},
        "servers": [{"url": "/epcis"}],
        "security": [{"key": []}],
        "paths": paths,
        "components": {"securitySchemes": {"key": bearer}, "schemas": _schemas()},
    }


def _schemas() -> Node:
    times: Node = {"type": "string", "format": "date-time"}
    problem: Node = {"type": "object", "required": ["type", "title", "status", "detail"]}
    problem |= {"properties": {"type": _TEXT, "title": _TEXT, "status": {"type": "integer"}, "detail": _TEXT}}
    job: Node = {"type": "object", "required": ["captureID", "createdAt", "running", "success", "captureErrorBehaviour", "errors"]}
    job["properties"] = {
        "captureID": _TEXT, "createdAt": times, "finishedAt": times, "running": {"type": "boolean"}, "success": {"type": "boolean"},
        "captureErrorBehaviour": {"type": "string", "enum": list(BEHAVIOURS)}, "errors": {"type": "array", "items": _ref("Problem")},
    }  # fmt: skip
    document: Node = {"type": "object", "required": ["@context", "type", "schemaVersion", "creationDate", "epcisBody"]}
    document["properties"] = {"type": {"type": "string", "enum": ["EPCISQueryDocument"]}, "schemaVersion": _TEXT, "creationDate": times}
    collection: Node = {"type": "object", "required": ["type", "member"], "properties": {"member": {"type": "array", "items": _TEXT}}}
    query: Node = {"type": "object", "required": ["name", "query"], "properties": {"name": _TEXT, "query": {"type": "object"}}}
    subscription: Node = {"type": "object", "required": ["subscriptionID", "dest", "createdAt"]}
    event: Node = {"type": "object", "required": ["@context", "type", "eventTime", "eventTimeZoneOffset", "eventID"]}
    return {
        "Problem": problem, "CaptureJob": job, "QueryDocument": document, "Collection": collection, "Query": query,
        "Subscription": subscription, "Event": event,
    }  # fmt: skip


def _ref(name: str) -> Node:
    return {"$ref": f"#/components/schemas/{name}"}


def _json(schema: Node, told: str, *kinds: str) -> Node:
    return {"description": told, "content": {kind: {"schema": schema} for kind in kinds or ("application/json",)}}


def _operation(summary: str, answers: Node, parameters: list[Node] | None = None, body: Node | None = None) -> Node:
    """One method of an address; what can go wrong everywhere is added."""
    codes = {
        "400": "The request is not valid.", "401": "No key that holds.", "403": "Beyond the scope of the key.", "404": "Not there.",
        "406": "No form that you accept.", "409": "There already.", "411": "Without Content-Length.", "413": "Too large or too complex.",
        "414": "The address is too long.", "415": "A type that is not read here.", "503": "Not just now.",
    }  # fmt: skip
    told = {code: _json(_ref("Problem"), text, "application/problem+json") for code, text in codes.items()}
    made: Node = {"summary": summary, "responses": {**told, **answers}}
    if parameters:
        made["parameters"] = parameters
    if body:
        made["requestBody"] = {"required": True, **body}
    return made


def _in_path(name: str) -> Node:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}


def _paging() -> list[Node]:
    number: Node = {"type": "integer", "minimum": 1, "maximum": MOST}
    return [
        _asked("perPage", f"Entries of a page, at most {MOST}.", number),
        _asked("nextPageToken", "From the Link of the page before.", _TEXT),
    ]


def _asked(name: str, told: str, schema: Node, **more: Any) -> Node:
    return {"name": name, "in": "query", "description": told, "schema": schema, **more}


def _query_parameters() -> list[Node]:
    lists = [_asked(name, told, {"type": "array", "items": _TEXT}, style="form", explode=False) for name, told in _LISTS.items()]
    times = [_asked(name, "A time with its zone.", {"type": "string", "format": "date-time"}) for name in _TIMES]
    order = [
        _asked("orderBy", "What events are ordered by.", {"type": "string", "enum": ["eventTime", "recordTime"]}),
        _asked("orderDirection", "ASC or DESC.", {"type": "string", "enum": ["ASC", "DESC"]}),
        _asked("EXISTS_errorDeclaration", "Only events that are declared erroneous.", {"type": "boolean"}),
        _asked("eventCountLimit", "No more events than these.", {"type": "integer", "minimum": 1}),
        _asked("maxEventCount", "More events than these are an error.", {"type": "integer", "minimum": 1}),
    ]
    return [*lists, *times, *order, *_paging()]


def _page() -> Node:
    return {
        "200": {
            **_json(_ref("QueryDocument"), "A page of events.", "application/ld+json", "application/json"),
            "headers": {"Link": {"schema": _TEXT}},
        }
    }


def _capture() -> Node:
    behaviour: Node = {"name": "GS1-Capture-Error-Behaviour", "in": "header", "schema": {"type": "string", "enum": list(BEHAVIOURS)}}
    document: Node = {"content": {kind: {"schema": {"type": "object"} if "json" in kind else _TEXT} for kind in TYPES}}
    accepted: Node = {
        "202": {"description": "Accepted: it is on disk and its job is put down.", "headers": {"Location": {"schema": _TEXT}}}
    }
    jobs = {"200": _json({"type": "array", "items": _ref("CaptureJob")}, "The capture jobs of this key.")}
    return {
        "/capture": {
            "post": _operation("Capture a document.", accepted, [behaviour], document),
            "get": _operation("Capture jobs.", jobs, _paging()),
        },
        "/capture/{captureID}": {
            "get": _operation("One capture job.", {"200": _json(_ref("CaptureJob"), "The job.")}, [_in_path("captureID")])
        },
    }


def _events() -> Node:
    created: Node = {"201": {"description": "Taken.", "headers": {"Location": {"schema": _TEXT}}}}
    body: Node = {"content": {kind: {"schema": {"type": "object"} if "json" in kind else _TEXT} for kind in TYPES}}
    one = {"200": _json(_ref("Event"), "The event.", "application/ld+json", "application/json")}
    return {
        "/events": {
            "get": _operation("Events.", _page(), _query_parameters()),
            "post": _operation("Capture one event.", created, None, body),
        },
        "/events/{eventID}": {"get": _operation("One event.", one, [_in_path("eventID")])},
    }


def _queries() -> Node:
    name, number = _in_path("queryName"), _in_path("subscriptionID")
    query: Node = {"content": {"application/json": {"schema": {"type": "object", "required": ["query"]}}}}
    wanted: Node = {"content": {"application/json": {"schema": {"type": "object", "required": ["dest"]}}}}
    gone = {"204": {"description": "Gone."}}
    created = {"201": {"description": "Made.", "headers": {"Location": {"schema": _TEXT}}}}
    listed = {"200": _json({"type": "array", "items": _ref("Query")}, "Named queries.")}
    subscribed = {"201": _json(_ref("Subscription"), "Subscribed.")}
    all_of = {"200": _json({"type": "array", "items": _ref("Subscription")}, "Subscriptions.")}
    return {
        "/queries": {"get": _operation("Named queries.", listed), "post": _operation("Name a query.", created, None, query)},
        "/queries/{queryName}": {
            "get": _operation("A named query.", {"200": _json(_ref("Query"), "The query.")}, [name]),
            "delete": _operation("Forget a query.", gone, [name]),
        },
        "/queries/{queryName}/events": {"get": _operation("Events of a named query.", _page(), [name, *_paging()])},
        "/queries/{queryName}/subscriptions": {
            "get": _operation("Who subscribed.", all_of, [name]),
            "post": _operation("Subscribe.", subscribed, [name], wanted),
        },
        "/queries/{queryName}/subscriptions/{subscriptionID}": {
            "get": _operation("A subscription.", {"200": _json(_ref("Subscription"), "The subscription.")}, [name, number]),
            "delete": _operation("End a subscription.", gone, [name, number]),
        },
    }


def _resources() -> Node:
    collection = {"200": _json(_ref("Collection"), "What there is.")}
    found: Node = {"/": {"get": _operation("What can be browsed.", collection)}}
    for kind in KINDS:
        found[f"/{kind}"] = {"get": _operation(f"The {kind} that events name.", collection, _paging())}
        found[f"/{kind}/{{name}}"] = {"get": _operation("What is below it.", collection, [_in_path("name")])}
        found[f"/{kind}/{{name}}/events"] = {"get": _operation("Its events.", _page(), [_in_path("name"), *_paging()])}
    return found


def _view(request: HttpRequest) -> HttpResponse:
    if request.method not in ("GET", "HEAD"):
        raise ApiProblem("MethodNotAllowed", f"{request.method} is not for this address; GET is.", headers={"Allow": "GET"})
    return json_answer(openapi())


schema_view = guarded(_view)

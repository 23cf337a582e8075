"""Our own description of the interface drives requests against the server: it never breaks, and answers as it says."""

from __future__ import annotations

import json

import pytest
from api_site import KEYS

schemathesis = pytest.importorskip("schemathesis", reason="schemathesis is of the group dev")


def _operations(served):
    document = served.call("/openapi.json", key=None).json
    document["servers"] = [{"url": f"http://127.0.0.1:{served.port}/epcis"}]
    return schemathesis.openapi.from_dict(document)


def _rehearse(served, examples):
    import hypothesis

    told = _operations(served)
    checks = [
        schemathesis.checks.not_a_server_error,
        schemathesis.checks.CHECKS.get_one("status_code_conformance"),
        schemathesis.checks.CHECKS.get_one("response_schema_conformance"),
    ]
    for found in told.get_all_operations():
        operation = found.ok()

        @hypothesis.settings(max_examples=examples, deadline=None, database=None, suppress_health_check=list(hypothesis.HealthCheck))
        @hypothesis.seed(7)
        @hypothesis.given(case=operation.as_strategy())
        def attempt(case):
            answer = case.call(base_url=f"http://127.0.0.1:{served.port}/epcis", headers={"Authorization": f"Bearer {KEYS['all']}"})
            case.validate_response(answer, checks=checks)

        attempt()


def test_the_description_is_valid_and_what_it_says_holds(served):
    assert json.loads(served.call("/openapi.json", key=None).body)["openapi"] == "3.0.3"
    _rehearse(served, 2)


@pytest.mark.slow
def test_the_same_with_many_requests(served):
    _rehearse(served, 60)

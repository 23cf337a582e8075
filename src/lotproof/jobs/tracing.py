"""Traces of requests and jobs by OpenTelemetry (extra [otel]), where OTEL_EXPORTER_OTLP_ENDPOINT says who wants them; else nothing."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"


class TracingMissing(Exception):
    """Traces are asked for and cannot be made. The message says what to do."""


def wanted() -> bool:
    """Whether somebody is named who takes traces."""
    return bool(os.environ.get(ENDPOINT))


def require() -> None:
    """TracingMissing where traces are asked for and the libraries are not there."""
    if wanted():
        _tracer()


@lru_cache(1)
def _tracer() -> Any:
    """Made in the process that uses it: what sends them is a thread, and a thread does not survive a fork."""
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError:
        raise TracingMissing(f'{ENDPOINT} is set, and OpenTelemetry is missing: install "lotproof[otel]", or unset it.') from None
    provider = TracerProvider(resource=Resource.create({"service.name": os.environ.get("OTEL_SERVICE_NAME", "lotproof")}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return provider.get_tracer("lotproof")


@contextlib.contextmanager
def span(name: str, facts: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Iterator[dict[str, Any]]:
    """A span around what is done; ``headers`` may carry a W3C traceparent. What is put into the mapping given becomes its attributes.

    An exception marks it as failed by its type alone: its text may quote what somebody typed.
    """
    more: dict[str, Any] = {}
    if not wanted():
        yield more
        return
    from opentelemetry.trace import Status, StatusCode
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    context = TraceContextTextMapPropagator().extract({name.lower(): value for name, value in (headers or {}).items()})
    quiet = {"record_exception": False, "set_status_on_exception": False}
    with _tracer().start_as_current_span(name, context, attributes=dict(facts), **quiet) as one:
        try:
            yield more
        except BaseException as error:
            one.set_status(Status(StatusCode.ERROR, type(error).__name__))
            raise
        finally:
            one.set_attributes(more)
            if more.get("http.response.status_code", 0) >= 500 or more.get("lotproof.job.failed"):
                one.set_status(Status(StatusCode.ERROR))

"""OTLP export: to a collector on loopback that is really asked; never in the way of a run."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from repodoc_hooks.events import Event, EventBus, Message
from repodoc_hooks.reports.otel import exported, wanted
from tests.events_sample import sample_run


@pytest.fixture
def collector() -> Iterator[tuple[str, dict[str, list[bytes]]]]:
    """A collector's address and what it was sent, by path."""
    received: dict[str, list[bytes]] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            if self.headers.get("content-encoding") == "gzip":
                body = gzip.decompress(body)
            received.setdefault(self.path, []).append(body)
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", received
    server.shutdown()
    server.server_close()


def publish(bus: EventBus) -> None:
    with exported(bus):
        for event in sample_run(bus.run_id):
            bus.publish(event)


def test_spans_and_metrics_reach_a_collector(
    collector: tuple[str, dict[str, list[bytes]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    address, received = collector
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", address)
    publish(EventBus("r1"))
    from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

    traces = ExportTraceServiceRequest.FromString(b"".join(received["/v1/traces"]))
    spans = [s for r in traces.resource_spans for scope in r.scope_spans for s in scope.spans]
    run = next(span for span in spans if span.name == "repodoc run")
    calls = [span for span in spans if span.name == "chat fake/small"]
    assert [call.parent_span_id for call in calls] == [run.span_id] * 2
    attributes = {a.key: a.value for a in calls[0].attributes}
    assert attributes["gen_ai.usage.input_tokens"].int_value == 400
    assert attributes["gen_ai.usage.output_tokens"].int_value == 25
    metrics = ExportMetricsServiceRequest.FromString(b"".join(received["/v1/metrics"]))
    names = {m.name for r in metrics.resource_metrics for scope in r.scope_metrics for m in scope.metrics}
    assert names == {"gen_ai.client.token.usage", "gen_ai.client.operation.duration", "gen_ai.usage.cost"}
    assert not any(b"It runs" in body for bodies in received.values() for body in bodies), (
        "model text stays here"
    )


def test_nothing_is_exported_unasked(collector: tuple[str, dict[str, list[bytes]]]) -> None:
    publish(EventBus("r1"))
    assert collector[1] == {}


def test_a_dead_collector_costs_the_export_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    publish(EventBus("r1"))


def test_a_missing_sdk_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setattr("repodoc_hooks.reports.otel._providers", _no_sdk)
    seen: list[Event] = []
    bus = EventBus("r1")
    bus.subscribe(seen.append)
    publish(bus)
    assert isinstance(seen[0], Message)
    assert "opentelemetry-sdk" in seen[0].text


def _no_sdk() -> None:
    raise ImportError("opentelemetry")


def test_the_sdk_can_be_turned_off() -> None:
    assert wanted({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://x"})
    assert not wanted({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://x", "OTEL_SDK_DISABLED": "true"})
    assert not wanted({})

"""Spans and metrics by OTLP, for whoever sets OTEL_EXPORTER_OTLP_ENDPOINT and has the extra `otel`.

Names follow OpenTelemetry's semantic conventions for generative AI. Prompts and answers are never sent.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from repodoc_hooks import __version__
from repodoc_hooks.events import Event, EventBus, Message, ModelCalled, RunFinished, RunStarted
from repodoc_hooks.reports.costs_table import metrics
from repodoc_hooks.sections.task import Usage

if TYPE_CHECKING:
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.trace import TracerProvider

SEND_SECONDS = 3.0
_ENDPOINTS = (
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
    "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
)


def wanted(environ: Mapping[str, str] = os.environ) -> bool:
    """An endpoint is named, and the SDK is not turned off."""
    off = environ.get("OTEL_SDK_DISABLED", "").lower() == "true"
    return not off and any(environ.get(name) for name in _ENDPOINTS)


@contextmanager
def exported(bus: EventBus, environ: Mapping[str, str] = os.environ) -> Iterator[None]:
    """Export the events of `bus` until the block ends; whatever fails costs the export only."""
    if not wanted(environ):
        yield
        return
    try:
        tracing, metering = _providers()
    except ImportError:
        from repodoc_hooks.extras import install_command

        text = f"OTEL_EXPORTER_OTLP_ENDPOINT is set, but the SDK is missing; run: {install_command('otel')}"
        bus.publish(Message(run_id=bus.run_id, level="warning", text=text))
        yield
        return
    unsubscribe = bus.subscribe(Exporter(tracing, metering))
    try:
        yield
    finally:
        unsubscribe()
        for provider in (tracing, metering):
            try:
                provider.shutdown()
            except Exception:  # noqa: S110 - telemetry must not cost a commit
                pass


def _providers() -> tuple[TracerProvider, MeterProvider]:
    from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)
    name = os.environ.get("OTEL_SERVICE_NAME", "repodoc")
    resource = Resource.create({"service.name": name, "service.version": __version__})
    tracing = TracerProvider(resource=resource, shutdown_on_exit=False)
    tracing.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(timeout=SEND_SECONDS)))
    reader = PeriodicExportingMetricReader(
        OTLPMetricExporter(timeout=SEND_SECONDS), export_timeout_millis=SEND_SECONDS * 1000
    )
    return tracing, MeterProvider(resource=resource, metric_readers=[reader], shutdown_on_exit=False)


class Exporter:
    """An observer: a span for the run, one for each model call under it, and the calls' metrics."""

    def __init__(self, tracing: TracerProvider, metering: MeterProvider) -> None:
        meter = metering.get_meter("repodoc", __version__)
        self._tracer = tracing.get_tracer("repodoc", __version__)
        self._tokens = meter.create_histogram("gen_ai.client.token.usage", unit="{token}")
        self._duration = meter.create_histogram("gen_ai.client.operation.duration", unit="s")
        self._cost = meter.create_counter("gen_ai.usage.cost", unit="{USD}")
        self._run: Any = None

    def __call__(self, event: Event) -> None:
        """Take one event in."""
        if isinstance(event, RunStarted):
            attributes = {"repodoc.run_id": event.run_id, "repodoc.origin": event.origin}
            self._run = self._tracer.start_span(
                "repodoc run", attributes=attributes, start_time=_nanos(event.at)
            )
        elif isinstance(event, ModelCalled):
            self._call(event)
        elif isinstance(event, RunFinished) and self._run is not None:
            self._run.set_attribute("repodoc.exit", event.exit)
            self._run.end(_nanos(event.at))

    def _call(self, event: ModelCalled) -> None:
        from opentelemetry import trace

        common: dict[str, Any] = {
            "gen_ai.operation.name": "chat",
            "gen_ai.provider.name": event.backend,
            "gen_ai.request.model": event.model,
        }
        if event.outcome not in ("ok", "answered"):
            common["error.type"] = event.outcome
        usage = Usage(**{kind: event.tokens.get(kind, 0) for kind in Usage().as_json()})
        measured = metrics(usage, event.cost_usd, event.seconds)
        parent = trace.set_span_in_context(self._run) if self._run is not None else None
        span = self._tracer.start_span(
            f"chat {event.model}",
            parent,
            attributes={**common, **measured},
            start_time=_nanos(event.at - event.seconds),
        )
        span.end(_nanos(event.at))
        for kind in ("input", "output"):
            tokens = measured[f"gen_ai.usage.{kind}_tokens"]
            self._tokens.record(tokens, {**common, "gen_ai.token.type": kind})
        self._duration.record(event.seconds, common)
        if event.cost_usd is not None:
            self._cost.add(event.cost_usd, common)


def _nanos(at: float) -> int:
    return int(at * 1e9)

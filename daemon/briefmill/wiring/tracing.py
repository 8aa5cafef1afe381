"""Traces of a home, where they are wanted."""

from briefmill import __version__
from briefmill.errors import ConfigError
from briefmill.settings import Settings
from briefmill.telemetry.tracing import Tracing


def opened(settings: Settings) -> Tracing | None:
    """Who makes traces; None where none are wanted. Raises ConfigError when the extra is not installed.

    How the collector is spoken to beyond its address (headers, certificates) is read by OpenTelemetry itself from the
    standard OTEL_EXPORTER_OTLP_* environment.
    """
    endpoint = settings.telemetry.otlp_endpoint
    if not endpoint:
        return None
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as error:
        raise ConfigError(
            f"telemetry.otlp_endpoint is set, but {error.name} is not installed. Run `pip install briefmill[otel]`, "
            "or leave the setting empty."
        ) from error
    exporter = OTLPSpanExporter(endpoint=endpoint.rstrip("/") + "/v1/traces", timeout=5)
    return Tracing(BatchSpanProcessor(exporter), version=__version__)

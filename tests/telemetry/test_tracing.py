"""Traces are made of facts, and only where they are wanted."""

import gzip
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from briefmill.domain import facts
from briefmill.domain.job import Stage, State
from briefmill.errors import ConfigError
from briefmill.settings import Settings
from briefmill.telemetry.metrics import Metrics
from briefmill.telemetry.tracing import Tracing, trace_of
from briefmill.wiring import tracing as wired

export = pytest.importorskip("opentelemetry.sdk.trace.export", reason="the extra `otel` is not installed")
memory = pytest.importorskip("opentelemetry.sdk.trace.export.in_memory_span_exporter")

NOW = 1_800_000_000 * 10**9


@pytest.fixture
def exporter():
    return memory.InMemorySpanExporter()


@pytest.fixture
def tracing(exporter):
    made = Tracing(export.SimpleSpanProcessor(exporter), version="7", now=lambda: NOW)
    yield made
    made.close()


def ended(outcome="ok", error="", job="j_1", stage=Stage.RESIZE, seconds=1.5):
    return facts.StageEnded(job=job, stage=stage, outcome=outcome, duration_s=seconds, error=error)


def closed(job="j_1"):
    return facts.Closed(job=job, source="secret name.json", state=State.DELIVERED, age_s=10.0, folder="spring")


def test_a_job_and_its_stages_are_one_trace(tracing, exporter):
    for stage in Stage:
        tracing.hear(ended(stage=stage))
    tracing.hear(closed())

    spans = exporter.get_finished_spans()
    assert [span.name for span in spans] == [*(f"stage {stage}" for stage in Stage), "job"]
    assert {f"{span.context.trace_id:032x}" for span in spans} == {trace_of("j_1")}
    *stages, job = spans
    assert job.parent is None
    assert {span.parent.span_id for span in stages} == {job.context.span_id}
    assert len({span.context.span_id for span in spans}) == len(spans)


def test_a_span_is_as_long_as_what_it_stands_for(tracing, exporter):
    tracing.hear(ended(seconds=1.5))
    tracing.hear(closed())

    stage, job = exporter.get_finished_spans()
    assert (stage.end_time, stage.end_time - stage.start_time) == (NOW, 1_500_000_000)
    assert (job.end_time, job.end_time - job.start_time) == (NOW, 10_000_000_000)


def test_two_jobs_have_two_traces_and_a_second_run_adds_to_the_first_ones(tracing, exporter):
    tracing.hear(closed("j_1"))
    tracing.hear(closed("j_2"))
    tracing.hear(ended(job="j_1"))

    one, two, again = (span.context.trace_id for span in exporter.get_finished_spans())
    assert one != two
    assert again == one


@pytest.mark.parametrize(
    ("outcome", "status"), [("ok", "UNSET"), ("rejected", "UNSET"), ("error", "ERROR"), ("retry", "ERROR")]
)
def test_what_went_wrong_is_marked_and_an_answer_is_not(tracing, exporter, outcome, status):
    tracing.hear(ended(outcome, error="no answer"))

    (span,) = exporter.get_finished_spans()
    assert span.status.status_code.name == status
    assert span.attributes["briefmill.outcome"] == outcome


def test_no_name_of_a_file_and_no_secret_leaves_the_house(tracing, exporter):
    key = "sk" + "-" + "a1" * 12
    tracing.hear(ended("error", error=f"refused for {key}"))
    tracing.hear(closed())

    text = "".join(span.to_json() for span in exporter.get_finished_spans())
    assert key not in text
    assert "secret name" not in text
    assert "briefmill" in text


def test_the_histograms_name_the_trace_of_one_that_they_count():
    metrics = Metrics(version="1", trace_of=trace_of)
    metrics.hear(ended())

    body, content_type = metrics.exposition("application/openmetrics-text; version=1.0.0")
    assert content_type.startswith("application/openmetrics-text")
    assert f'# {{trace_id="{trace_of("j_1")}"}} 1.5' in body.decode()

    plain = Metrics(version="1")
    plain.hear(ended())
    assert b"trace_id" not in plain.exposition("application/openmetrics-text; version=1.0.0")[0]


def test_nothing_is_imported_where_no_traces_are_wanted(tmp_path):
    code = (
        "import sys; from pathlib import Path; import briefmill.wiring.daemon; from briefmill.wiring import tracing;"
        "from briefmill.settings import Settings;"
        "assert tracing.opened(Settings.load(Path(sys.argv[1]), {})) is None;"
        "sys.exit(any(name.startswith('opentelemetry') for name in sys.modules))"
    )

    assert subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False).returncode == 0


def test_wanted_traces_without_the_extra_are_a_mistake_that_names_its_cure(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    settings = Settings.load(tmp_path, {"BRIEFMILL_TELEMETRY__OTLP_ENDPOINT": "http://127.0.0.1:1"})

    with pytest.raises(ConfigError, match=r"pip install briefmill\[otel\]"):
        wired.opened(settings)


def test_a_collector_that_is_not_there_keeps_nobody_waiting(tmp_path):
    settings = Settings.load(tmp_path, {"BRIEFMILL_TELEMETRY__OTLP_ENDPOINT": "http://127.0.0.1:1"})

    spans = wired.opened(settings)
    assert spans is not None
    spans.close()


def test_a_collector_gets_the_spans_over_http(tmp_path):
    got = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self):
            got.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Collector) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        endpoint = f"http://127.0.0.1:{server.server_address[1]}/"
        spans = wired.opened(Settings.load(tmp_path, {"BRIEFMILL_TELEMETRY__OTLP_ENDPOINT": endpoint}))
        spans.hear(ended())
        spans.close()
        server.shutdown()

    ((path, body),) = got
    assert path == "/v1/traces"
    body = gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body
    assert b"stage resize" in body
    assert bytes.fromhex(trace_of("j_1")) in body

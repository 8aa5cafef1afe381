"""Every figure that dashboards and alerts rely on, kept from facts.

The names and labels are a promise (docs and alert rules use them). No file name and no job id is ever a label, and a
value that nobody announced counts as `other`: neither a hostile brief nor a new version can make series without end.
Every announced value stands at 0 from the start, because an alert cannot see a series that does not exist yet.
Times are exported as timestamps, not ages: an age would stand still with the daemon.
"""

import platform
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from prometheus_client import CollectorRegistry, GCCollector, Metric, PlatformCollector, ProcessCollector
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from briefmill.domain import facts
from briefmill.domain.job import TERMINAL, Stage
from briefmill.telemetry.series import OTHER, Series

STAGES: Final = tuple(str(stage) for stage in Stage)
OUTCOMES: Final = ("ok", "rejected", "retry", "waits", "paused", "error", "lost", OTHER)
BRIEF_OUTCOMES: Final = ("delivered", "rejected", "duplicate", "held", "cancelled")
BACKLOG_STATES: Final = ("settling", "placeholder", "ready", "claimed", "running", "held", OTHER)
TRIGGERS: Final = ("start", "event", "interval", "overflow", "repair", OTHER)
PROVIDERS: Final = ("openai", "fallback", "openai words", "fallback words", "procedural", OTHER)
CALL_OUTCOMES: Final = ("ok", "retry", "refused", "error", OTHER)
SPEND_KINDS: Final = ("image", "text", OTHER)
FOLDERS: Final = ("inbox", "outbox", "rejected", "state", "archive", OTHER)
CLEARED: Final = ("outbox", "rejected", "archive", "work", "backups", OTHER)
RESOURCES: Final = ("disk", "folder", "inbox", "ledger", "machine", "quota", "key", "model", "provider", OTHER)
RELOAD_OUTCOMES: Final = ("applied", "refused")

STATIONS: Final = ("intake", *STAGES)
BEAT_OUTCOMES: Final = ("ok", "failed", "late", OTHER)
RULES: Final = (
    "audit", "borrowed", "contrast", "crop", "duplicates", "exposure", "face_cut", "faces", "fidelity", "glyphs", "law",
    "legible", "logo", "logo_file", "logo_ground", "logo_required", "logo_search", "logo_space", "logo_true", "noise",
    "palette", "safe_zone", "saliency", "sharpness", "size", "stray_text", "thirds", "typeface", "unseen", "upscale",
    "words", OTHER,
)  # fmt: skip
"""The names of the compliance rules; a test holds them against the code. `law` stands for all `law.<id>`, which are
data: a series for each would grow with every file of rules."""
SEVERITIES: Final = ("error", "warning")
WHOSE: Final = ("all", "tenant")
PERIODS: Final = ("day", "month")

STAGE_BUCKETS: Final = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300)
SCAN_BUCKETS: Final = (0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30)
AGE_BUCKETS: Final = (1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 14400, 43200, 86400)


class Metrics:
    """A listener that counts. Thread-safe; keeps its own registry, so that several may live in one process.

    `ignored_rules` are the names of the intake's catalogue, `version` is Briefmill's, `now` gives seconds since 1970.
    With `trace_of`, which gives the trace of a job, the histograms carry examples of what they count (OpenMetrics).
    """

    def __init__(
        self,
        *,
        version: str,
        ignored_rules: Sequence[str] = (),
        now: Callable[[], float] = time.time,
        trace_of: Callable[[str], str] | None = None,
    ) -> None:
        self._now: Final = now
        self._trace_of: Final = trace_of
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        PlatformCollector(registry=self._registry)
        GCCollector(registry=self._registry)
        self._running: dict[str, set[str]] = {stage: set() for stage in STAGES}
        self._lock = threading.Lock()
        self._series = Series(self._registry)
        self._series.info("build", "Which Briefmill this is.", version=version, python=platform.python_version())
        self._declare(tuple(ignored_rules))
        self._takers: Final[Mapping[type[facts.Fact], Callable[[Any], None]]] = {
            facts.Scanned: self._scanned,
            facts.Ignored: self._ignored,
            facts.Overflowed: self._overflowed,
            facts.WatcherRepaired: self._watcher_repaired,
            facts.InboxAvailable: self._inbox_available,
            facts.Recovered: self._recovered,
            facts.StageStarted: self._stage_started,
            facts.StageEnded: self._stage_ended,
            facts.Closed: self._closed,
            facts.Judged: self._judged,
            facts.Published: self._published,
            facts.HeartbeatExpected: self._heartbeat_expected,
            facts.HeartbeatPassed: self._heartbeat_passed,
            facts.HeartbeatEnded: self._heartbeat_ended,
            facts.Called: self._called,
            facts.CircuitChanged: self._circuit,
            facts.ModelLooked: self._model,
            facts.Spent: self._spent,
            facts.BudgetMeasured: self._budget,
            facts.RefusalsCounted: self._refusals,
            facts.CacheAsked: self._cache_asked,
            facts.CacheMeasured: self._cache_measured,
            facts.Cleared: self._cleared,
            facts.PipelinePaused: self._paused,
            facts.PipelineResumed: self._resumed,
            facts.AuditWriteFailed: self._audit_write_failed,
            facts.DiskMeasured: self._disk_measured,
            facts.Started: self._configured,
            facts.Reloaded: self._configured,
            facts.ReloadRefused: self._reload_refused,
        }

    def hear(self, fact: facts.Fact) -> None:
        """Count one fact; facts without a figure are left alone."""
        taker = self._takers.get(type(fact))
        if taker is not None:
            taker(fact)

    def exposition(self, accept: str = "") -> tuple[bytes, str]:
        """All figures as text and its content type, in the format that the `Accept` header asks for."""
        encode, content_type = choose_encoder(accept)
        return encode(_WithoutCreated(self._registry)), content_type

    def _declare(self, ignored_rules: tuple[str, ...]) -> None:
        self._declare_work(ignored_rules)
        self._declare_money()
        self._declare_beats()

    def _declare_work(self, ignored_rules: tuple[str, ...]) -> None:
        make = self._series
        make.counter("stage_started", "Stages begun.", stage=STAGES)
        make.counter("stage_completed", "Stages ended, by how.", stage=STAGES, outcome=OUTCOMES)
        make.histogram("stage_duration_seconds", "Seconds a stage took.", STAGE_BUCKETS, stage=STAGES)
        make.gauge("stage_in_progress", "Stages running now.", stage=STAGES)
        make.gauge("stage_last_success_timestamp_seconds", "When a stage last went well; 0 for never.", stage=STAGES)
        make.counter("creatives_published", "Creatives that appeared in the outbox.")
        make.counter("findings", "What the rules found, by rule.", rule=RULES, severity=SEVERITIES)
        make.gauge("refusals", "Refusals that lie in rejected/.")
        make.gauge("refusals_oldest_timestamp_seconds", "When the oldest of them was published; 0 for none.")
        make.counter("briefs", "Briefs that came to rest, by how.", outcome=BRIEF_OUTCOMES)
        make.histogram("brief_age_seconds", "Seconds from first seen to closed.", AGE_BUCKETS)
        make.gauge("backlog_files", "Inbox entries and open jobs.", state=BACKLOG_STATES)
        make.gauge("oldest_unprocessed_timestamp_seconds", "When the oldest waiting brief was first seen; 0 for none.")
        make.counter("scans", "Scans of the inbox, by what asked for them.", trigger=TRIGGERS)
        make.histogram("scan_duration_seconds", "Seconds a scan of the inbox took.", SCAN_BUCKETS)
        make.counter("scan_found_unannounced", "Files that a scan found and no event had told of.")
        make.counter("watcher_overflows", "Times the watcher lost events.")
        make.counter("watcher_repairs", "Times the watcher had gone deaf and was set up anew.")
        make.gauge("inbox_available", "1 while the inbox can be trusted, 0 while it is offline.").set(1)
        make.counter("ignored_files", "Files that are none of ours, by rule.", rule=(*ignored_rules, OTHER))
        make.counter("recovered_jobs", "Unfinished jobs of an earlier run that went on.")
        make.counter("audit_write_errors", "Transactions that the ledger could not write.")
        make.counter("retention_removed", "Things removed by the home's rules.", place=CLEARED)
        make.counter("retention_removed_bytes", "Bytes removed by the home's rules.", place=CLEARED)
        make.gauge("disk_free_bytes", "Free bytes under a folder; 0 when it is gone.", folder=FOLDERS)
        make.gauge("paused", "1 while everything waits for this.", resource=RESOURCES)
        make.counter("config_reloads", "Times the configuration was read anew, by how.", outcome=RELOAD_OUTCOMES)
        make.gauge("config_last_reload_successful", "0 while the last new configuration was refused.").set(1)
        make.gauge("config_last_reload_success_timestamp_seconds", "When the configuration in force was read.")

    def _declare_money(self) -> None:
        make = self._series
        make.counter("external_calls", "Calls to others.", provider=PROVIDERS, outcome=CALL_OUTCOMES)
        make.gauge("provider_circuit_open", "1 while a provider is left alone after failures.", provider=PROVIDERS)
        make.gauge(
            "model_shutdown_timestamp_seconds", "When a provider's model is shut down; 0 for never.", provider=PROVIDERS
        )
        make.counter("spend_usd", "US dollars spent.", kind=SPEND_KINDS)
        make.counter("cache_lookups", "Pictures that the cache was asked for.", outcome=("hit", "miss"))
        make.gauge("cache_bytes", "Bytes of made pictures that are kept.")
        make.gauge("cache_entries", "Requests that the cache knows the picture of.")
        make.counter("cache_removed", "Entries removed to keep the cache within its bounds.")
        about = "US dollars of a budget that are gone or may be; of the tenants' the one nearest to its limit."
        make.gauge("budget_used_usd", about, whose=WHOSE, period=PERIODS)
        make.gauge("budget_limit_usd", "US dollars that may be spent; 0 for no limit.", whose=WHOSE, period=PERIODS)

    def _declare_beats(self) -> None:
        make = self._series
        make.gauge("heartbeat_interval_seconds", "Seconds between two heartbeats; 0 when none are sent.")
        make.counter("heartbeats", "Heartbeats, by what became of them.", outcome=BEAT_OUTCOMES)
        make.gauge("heartbeat_last_success_timestamp_seconds", "When a heartbeat last came through; 0 for never.")
        make.gauge("heartbeat_age_seconds", "Seconds that the last one needed for the whole way.")
        make.gauge(
            "heartbeat_timestamp_seconds", "When a heartbeat last passed a station; 0 for never.", stage=STATIONS
        )
        make.gauge("heartbeat_duration_seconds", "Seconds that the last one spent at a station.", stage=STATIONS)

    def _scanned(self, fact: facts.Scanned) -> None:
        self._series.of("scans", fact.trigger).inc()
        self._series.of("scan_duration_seconds").observe(fact.duration_s)
        self._series.of("scan_found_unannounced").inc(fact.unannounced)
        self._series.replace("backlog_files", fact.backlog)
        self._series.of("oldest_unprocessed_timestamp_seconds").set(fact.oldest.timestamp() if fact.oldest else 0)

    def _ignored(self, fact: facts.Ignored) -> None:
        self._series.of("ignored_files", fact.rule).inc()

    def _overflowed(self, _: facts.Overflowed) -> None:
        self._series.of("watcher_overflows").inc()

    def _watcher_repaired(self, _: facts.WatcherRepaired) -> None:
        self._series.of("watcher_repairs").inc()

    def _inbox_available(self, fact: facts.InboxAvailable) -> None:
        self._series.of("inbox_available").set(int(fact.available))

    def _recovered(self, fact: facts.Recovered) -> None:
        self._series.of("recovered_jobs").inc(fact.count)

    def _stage_started(self, fact: facts.StageStarted) -> None:
        self._series.of("stage_started", fact.stage).inc()
        with self._lock:
            # A set of jobs, not a count: an attempt that was lost and begun again must not leave a ghost behind.
            self._running[fact.stage].add(fact.job)
            self._series.of("stage_in_progress", fact.stage).set(len(self._running[fact.stage]))

    def _stage_ended(self, fact: facts.StageEnded) -> None:
        self._series.of("stage_completed", fact.stage, fact.outcome).inc()
        self._series.of("stage_duration_seconds", fact.stage).observe(fact.duration_s, self._exemplar(fact.job))
        self._left(fact.job, (str(fact.stage),))
        if fact.outcome == "ok":
            self._series.of("stage_last_success_timestamp_seconds", fact.stage).set(self._now())

    def _closed(self, fact: facts.Closed) -> None:
        self._series.of("briefs", fact.state).inc()
        self._left(fact.job, STAGES)
        if fact.state in TERMINAL:
            self._series.of("brief_age_seconds").observe(fact.age_s, self._exemplar(fact.job))

    def _exemplar(self, job: str) -> dict[str, str] | None:
        return None if self._trace_of is None else {"trace_id": self._trace_of(job)}

    def _left(self, job: str, stages: Iterable[str]) -> None:
        with self._lock:
            for stage in stages:
                self._running[stage].discard(job)
                self._series.of("stage_in_progress", stage).set(len(self._running[stage]))

    def _judged(self, fact: facts.Judged) -> None:
        for severity, found in (("error", fact.errors), ("warning", fact.warnings)):
            for rule, count in found.items():
                self._series.of("findings", rule.partition(".")[0], severity).inc(count)

    def _published(self, fact: facts.Published) -> None:
        self._series.of("creatives_published").inc(fact.creatives)

    def _refusals(self, fact: facts.RefusalsCounted) -> None:
        self._series.of("refusals").set(fact.count)
        self._series.of("refusals_oldest_timestamp_seconds").set(fact.oldest.timestamp() if fact.oldest else 0)

    def _heartbeat_expected(self, fact: facts.HeartbeatExpected) -> None:
        self._series.of("heartbeat_interval_seconds").set(fact.every_s)

    def _heartbeat_passed(self, fact: facts.HeartbeatPassed) -> None:
        self._series.of("heartbeat_timestamp_seconds", fact.stage).set(self._now())
        self._series.of("heartbeat_duration_seconds", fact.stage).set(fact.duration_s)

    def _heartbeat_ended(self, fact: facts.HeartbeatEnded) -> None:
        self._series.of("heartbeats", fact.outcome).inc()
        if fact.outcome == "ok":
            self._series.of("heartbeat_last_success_timestamp_seconds").set(self._now())
            self._series.of("heartbeat_age_seconds").set(fact.age_s)

    def _called(self, fact: facts.Called) -> None:
        self._series.of("external_calls", fact.provider, fact.outcome).inc()

    def _circuit(self, fact: facts.CircuitChanged) -> None:
        self._series.of("provider_circuit_open", fact.provider).set(int(fact.state != "closed"))

    def _model(self, fact: facts.ModelLooked) -> None:
        ends = datetime(*fact.shutdown.timetuple()[:3], tzinfo=UTC).timestamp() if fact.shutdown else 0
        self._series.of("model_shutdown_timestamp_seconds", fact.provider).set(ends)

    def _spent(self, fact: facts.Spent) -> None:
        self._series.of("spend_usd", fact.kind).inc(fact.micros / 1e6)

    def _budget(self, fact: facts.BudgetMeasured) -> None:
        self._series.of("budget_used_usd", fact.whose, fact.period).set(fact.used / 1e6)
        self._series.of("budget_limit_usd", fact.whose, fact.period).set(fact.limit / 1e6)

    def _cache_asked(self, fact: facts.CacheAsked) -> None:
        self._series.of("cache_lookups", "hit" if fact.found else "miss").inc()

    def _cache_measured(self, fact: facts.CacheMeasured) -> None:
        self._series.of("cache_bytes").set(fact.size)
        self._series.of("cache_entries").set(fact.entries)
        self._series.of("cache_removed").inc(fact.removed)

    def _cleared(self, fact: facts.Cleared) -> None:
        self._series.of("retention_removed", fact.place).inc(fact.count)
        self._series.of("retention_removed_bytes", fact.place).inc(fact.size)

    def _paused(self, fact: facts.PipelinePaused) -> None:
        self._series.of("paused", fact.resource).set(1)

    def _resumed(self, fact: facts.PipelineResumed) -> None:
        self._series.of("paused", fact.resource).set(0)

    def _audit_write_failed(self, _: facts.AuditWriteFailed) -> None:
        self._series.of("audit_write_errors").inc()

    def _configured(self, fact: facts.Started | facts.Reloaded) -> None:
        if isinstance(fact, facts.Reloaded):
            self._series.of("config_reloads", "applied").inc()
        self._series.of("config_last_reload_successful").set(1)
        self._series.of("config_last_reload_success_timestamp_seconds").set_to_current_time()

    def _reload_refused(self, _: facts.ReloadRefused) -> None:
        self._series.of("config_reloads", "refused").inc()
        self._series.of("config_last_reload_successful").set(0)

    def _disk_measured(self, fact: facts.DiskMeasured) -> None:
        self._series.of("disk_free_bytes", fact.folder).set(fact.free)


class _WithoutCreated(Collector):
    """A registry without its `_created` samples, which double every series and which nothing here reads."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry

    def collect(self) -> Iterable[Metric]:
        for metric in self._registry.collect():
            metric.samples = [sample for sample in metric.samples if not sample.name.endswith("_created")]
            yield metric

"""Is it well, what comes out, what waits, what is spent: one look in the morning."""

from boards.parts import BLUE, GREEN, GREY, PLAIN, RED, WELL, YELLOW, bars, lines, one, q

UID = "briefmill-overview"
TITLE = "Briefmill / Overview"
ABOUT = "Is it well, what comes out, what waits, what is spent. The other dashboards go deeper."

OUTCOMES = {"delivered": GREEN, "rejected": RED, "held": YELLOW, "duplicate": GREY, "cancelled": "#5c5c5c"}
STATES = {
    "running": BLUE,
    "claimed": "#8ab8ff",
    "held": YELLOW,
    "ready": GREEN,
    "settling": GREY,
    "placeholder": "#5c5c5c",
}

ROWS = (
    (
        "Now",
        (
            one(
                "Daemon",
                "Whether Prometheus reaches it. Down for three minutes is an alert.",
                q('min(up{job="briefmill", @})'),
                words={"1": ("up", GREEN), "0": ("down", RED)},
                width=3,
            ),
            one(
                "Inbox",
                "Whether the inbox can be trusted: its drive is mounted and carries its marker.",
                q("min(briefmill_inbox_available{@})"),
                words={"1": ("online", GREEN), "0": ("offline", RED)},
                width=3,
            ),
            one(
                "Paused",
                "How many things all work waits for: a disk, a folder, the ledger, a quota. /readyz names them.",
                q("sum(briefmill_paused{@})"),
                steps=((None, GREEN), (1, RED)),
                width=3,
            ),
            one(
                "Waiting",
                "Briefs that are in the inbox or under way. Held ones are not among them.",
                q('sum(briefmill_backlog_files{state=~"settling|ready|claimed|running", @})'),
                steps=((None, GREEN), (50, YELLOW)),
                width=3,
            ),
            one(
                "Oldest waits",
                "How long the oldest unfinished brief has been seen; an hour is an alert.",
                q(
                    "max((time() - briefmill_oldest_unprocessed_timestamp_seconds{@})"
                    " * (briefmill_oldest_unprocessed_timestamp_seconds{@} > bool 0))"
                ),
                unit="s",
                steps=((None, GREEN), (1800, YELLOW), (3600, RED)),
                decimals=0,
                width=3,
            ),
            one(
                "Last heartbeat",
                "How long ago a brief of Briefmill's own came through the whole way, where telemetry.heartbeat is set.",
                q(
                    "max((time() - briefmill_heartbeat_last_success_timestamp_seconds{@})"
                    " * (briefmill_heartbeat_last_success_timestamp_seconds{@} > bool 0))"
                ),
                unit="s",
                steps=((None, GREEN), (2700, YELLOW), (7200, RED)),
                decimals=0,
                width=3,
            ),
            one(
                "Held",
                "Briefs that only a person can let go on: `briefmill jobs list --state held`.",
                q('sum(briefmill_backlog_files{state="held", @})'),
                steps=((None, GREEN), (1, YELLOW)),
                width=3,
            ),
            one(
                "Refusals unread",
                "Folders under rejected/ that nobody has taken away yet.",
                q("sum(briefmill_refusals{@})"),
                steps=((None, GREEN), (10, YELLOW), (50, RED)),
                width=3,
            ),
        ),
    ),
    (
        "In the time shown",
        (
            one(
                "Delivered",
                "Briefs whose creatives are in the outbox.",
                q('sum(increase(briefmill_briefs_total{outcome="delivered", @}[$__range]))'),
                steps=WELL,
                decimals=0,
                width=6,
            ),
            one(
                "Creatives",
                "Finished files in the outbox.",
                q("sum(increase(briefmill_creatives_published_total{@}[$__range]))"),
                steps=WELL,
                decimals=0,
                width=6,
            ),
            one(
                "Rejected",
                "Briefs that went to rejected/ with their reasons.",
                q('sum(increase(briefmill_briefs_total{outcome="rejected", @}[$__range]))'),
                steps=PLAIN,
                decimals=0,
                width=6,
            ),
            one(
                "Spent",
                "US dollars paid for pictures and words.",
                q("sum(increase(briefmill_spend_usd_total{@}[$__range]))"),
                unit="currencyUSD",
                steps=PLAIN,
                decimals=2,
                width=6,
            ),
        ),
    ),
    (
        "Over time",
        (
            lines(
                "Briefs that came to rest, each minute",
                "By how they ended. Red growing beside green: read the newest REASONS.md.",
                q("60 * sum by (outcome) (rate(briefmill_briefs_total{@}[$__rate_interval]))", "{{outcome}}"),
                stacked=True,
                colours=OUTCOMES,
            ),
            lines(
                "From first seen to closed",
                "Half of all briefs, and nineteen of twenty, are done within this time.",
                q(
                    "histogram_quantile(0.5, sum by (le) (rate(briefmill_brief_age_seconds_bucket{@}[$__range])))",
                    "p50",
                ),
                q(
                    "histogram_quantile(0.95, sum by (le) (rate(briefmill_brief_age_seconds_bucket{@}[$__range])))",
                    "p95",
                ),
                unit="s",
            ),
            lines(
                "What waits",
                "Inbox entries and open jobs by state. Growing for half an hour beyond fifty is an alert.",
                q('sum by (state) (briefmill_backlog_files{state!="other", @})', "{{state}}"),
                stacked=True,
                colours=STATES,
            ),
            lines(
                "Nineteen of twenty are through a stage within",
                "Seconds by stage; the slowest one is where a larger machine, or a faster provider, would help.",
                q(
                    "histogram_quantile(0.95, sum by (stage, le)"
                    " (rate(briefmill_stage_duration_seconds_bucket{@}[$__range])))",
                    "{{stage}}",
                ),
                unit="s",
            ),
            bars(
                "Budgets",
                "How much of each budget is spent or reserved. Four fifths are an alert. With none, one says 0.",
                q(
                    "briefmill_budget_used_usd{@} / (briefmill_budget_limit_usd{@} > 0)"
                    ' or 0 * briefmill_budget_used_usd{whose="all", period="day", @}',
                    "{{whose}}, {{period}}",
                ),
                unit="percentunit",
                steps=((None, GREEN), (0.8, YELLOW), (1, RED)),
                most=1,
            ),
            lines(
                "Free disk",
                "Bytes that are left under each folder. Work pauses before one is full.",
                q('min by (folder) (briefmill_disk_free_bytes{folder!="other", @})', "{{folder}}"),
                unit="bytes",
            ),
        ),
    ),
)

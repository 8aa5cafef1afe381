"""Rate, errors and duration of each stage, and what the process needs for it."""

from boards.parts import GREEN, RED, YELLOW, bars, lines, one, q

UID = "briefmill-pipeline"
TITLE = "Briefmill / Pipeline"
ABOUT = "Rate, errors and duration of each stage (RED), the heartbeat's way, and what the process needs."


def quantile(share: float) -> str:
    """The expression for a share of each stage's attempts."""
    return (
        f"histogram_quantile({share}, sum by (stage, le)"
        " (rate(briefmill_stage_duration_seconds_bucket{@}[$__rate_interval])))"
    )


ROWS = (
    (
        "Rate",
        (
            lines(
                "Stages begun, each second",
                "How often each stage is begun, tries that follow a failure included.",
                q("sum by (stage) (rate(briefmill_stage_started_total{@}[$__rate_interval]))", "{{stage}}"),
                unit="ops",
            ),
            lines(
                "In progress",
                "How many jobs are in each stage now. Half an hour without one coming out is an alert.",
                q("sum by (stage) (briefmill_stage_in_progress{@})", "{{stage}}"),
                stacked=True,
            ),
            bars(
                "Since a stage last went well",
                "Seconds; a stage that has rested as long as all others only had nothing to do.",
                q(
                    "max by (stage) ((time() - briefmill_stage_last_success_timestamp_seconds{@})"
                    " * (briefmill_stage_last_success_timestamp_seconds{@} > bool 0))",
                    "{{stage}}",
                ),
                unit="s",
            ),
        ),
    ),
    (
        "Errors",
        (
            lines(
                "Attempts that did not go well, each minute",
                "By outcome. retry and paused go on by themselves, rejected is an answer, error is for the log.",
                q(
                    '60 * sum by (outcome) (rate(briefmill_stage_completed_total{outcome!~"ok|other", @}'
                    "[$__rate_interval]))",
                    "{{outcome}}",
                ),
                stacked=True,
                colours={"error": RED, "rejected": YELLOW},
            ),
            lines(
                "Share of errors by stage",
                "Of all attempts of a stage that ended, those that ended in retry, error or lost.",
                q(
                    'sum by (stage) (rate(briefmill_stage_completed_total{outcome=~"retry|error|lost", @}[$__range]))'
                    " / sum by (stage) (rate(briefmill_stage_completed_total{@}[$__range]))",
                    "{{stage}}",
                ),
                unit="percentunit",
            ),
            one(
                "Recovered jobs",
                "Unfinished jobs of an earlier run that went on, in the time shown.",
                q("sum(increase(briefmill_recovered_jobs_total{@}[$__range]))"),
                decimals=0,
            ),
            one(
                "Starts",
                "How often the daemon was started anew in the time shown; three in a quarter of an hour are an alert.",
                q('sum(changes(process_start_time_seconds{job="briefmill", @}[$__range]))'),
                steps=((None, GREEN), (1, YELLOW), (3, RED)),
                decimals=0,
            ),
        ),
    ),
    (
        "Duration",
        (
            lines("Half are done within", "Median by stage.", q(quantile(0.5), "{{stage}}"), unit="s", exemplars=True),
            lines(
                "Nineteen of twenty within",
                "95th percentile by stage. With tracing on, the dots lead to the trace of one such attempt.",
                q(quantile(0.95), "{{stage}}"),
                unit="s",
                exemplars=True,
            ),
            lines(
                "Ninety-nine of a hundred within", "99th percentile by stage.", q(quantile(0.99), "{{stage}}"), unit="s"
            ),
        ),
    ),
    (
        "Heartbeat",
        (
            lines(
                "The heartbeat's way",
                "Seconds that the last heartbeat spent at each station; the same brief each time, so a rise is ours.",
                q("max by (stage) (briefmill_heartbeat_duration_seconds{@})", "{{stage}}"),
                unit="s",
                stacked=True,
                width=12,
            ),
            lines(
                "Heartbeats, each hour",
                "By what became of them.",
                q(
                    'sum by (outcome) (increase(briefmill_heartbeats_total{outcome!="other", @}[1h]))',
                    "{{outcome}}",
                ),
                colours={"ok": GREEN, "failed": RED, "late": YELLOW},
                width=12,
            ),
        ),
    ),
    (
        "Process",
        (
            lines(
                "Processors",
                "Of the daemon alone; the workers that touch pixels are processes of their own.",
                q('rate(process_cpu_seconds_total{job="briefmill", @}[$__rate_interval])', "{{instance}}"),
            ),
            lines(
                "Memory",
                "Resident bytes of the daemon. It should be flat over days.",
                q('process_resident_memory_bytes{job="briefmill", @}', "{{instance}}"),
                unit="bytes",
            ),
            lines(
                "Open files",
                "Descriptors, and how many there may be.",
                q('process_open_fds{job="briefmill", @}', "open"),
                unit="short",
            ),
        ),
    ),
)

"""What comes in, how it is noticed, what is left alone, and what the folders stand on."""

from boards.parts import GREEN, RED, YELLOW, bars, lines, one, q

UID = "briefmill-intake"
TITLE = "Briefmill / Intake"
ABOUT = "What comes in, how it is noticed, what is left alone, and what the folders stand on."

ROWS = (
    (
        "Now",
        (
            one(
                "Inbox",
                "Whether the inbox can be trusted: its drive is mounted and carries its marker.",
                q("min(briefmill_inbox_available{@})"),
                words={"1": ("online", GREEN), "0": ("offline", RED)},
                width=6,
            ),
            one(
                "Missed by events",
                "Files that a scan found and no event had told of, in the time shown: writes that are not seen.",
                q("sum(increase(briefmill_scan_found_unannounced_total{@}[$__range]))"),
                steps=((None, GREEN), (1, YELLOW)),
                decimals=0,
                width=6,
            ),
            one(
                "Lost events",
                "Times the watcher's queue overflowed, in the time shown. A scan followed each at once.",
                q("sum(increase(briefmill_watcher_overflows_total{@}[$__range]))"),
                steps=((None, GREEN), (1, YELLOW)),
                decimals=0,
                width=6,
            ),
            one(
                "Watcher set up anew",
                "Times it had gone deaf, in the time shown.",
                q("sum(increase(briefmill_watcher_repairs_total{@}[$__range]))"),
                steps=((None, GREEN), (1, YELLOW), (3, RED)),
                decimals=0,
                width=6,
            ),
        ),
    ),
    (
        "Scans",
        (
            lines(
                "Scans, each minute",
                "By what asked for them. None for ten minutes is an alert.",
                q(
                    '60 * sum by (trigger) (rate(briefmill_scans_total{trigger!="other", @}[$__rate_interval]))',
                    "{{trigger}}",
                ),
                stacked=True,
            ),
            lines(
                "A scan takes",
                "Half of them, and ninety-nine of a hundred, are done within this time.",
                q(
                    "histogram_quantile(0.5, sum by (le) (rate(briefmill_scan_duration_seconds_bucket{@}"
                    "[$__rate_interval])))",
                    "p50",
                ),
                q(
                    "histogram_quantile(0.99, sum by (le) (rate(briefmill_scan_duration_seconds_bucket{@}"
                    "[$__rate_interval])))",
                    "p99",
                ),
                unit="s",
            ),
            lines(
                "In the inbox",
                "Entries that settle, wait, or are placeholders of a sync tool that has not fetched them.",
                q('sum by (state) (briefmill_backlog_files{state=~"settling|ready|placeholder", @})', "{{state}}"),
                stacked=True,
            ),
        ),
    ),
    (
        "Left alone",
        (
            bars(
                "Ignored files by rule",
                "The ten rules of the catalogue under which most files were left alone since the start.",
                q("topk(10, sum by (rule) (briefmill_ignored_files_total{@}))", "{{rule}}"),
                width=12,
            ),
            lines(
                "Duplicates and cancelled, each hour",
                "The same bytes again are a recorded duplicate; cancelled are those that a person stopped.",
                q(
                    'sum by (outcome) (increase(briefmill_briefs_total{outcome=~"duplicate|cancelled", @}[1h]))',
                    "{{outcome}}",
                ),
                width=12,
            ),
        ),
    ),
    (
        "What it stands on",
        (
            lines(
                "Free disk",
                "Bytes that are left under each folder. Work pauses before one is full.",
                q('min by (folder) (briefmill_disk_free_bytes{folder!="other", @})', "{{folder}}"),
                unit="bytes",
            ),
            lines(
                "Waits for",
                "What all work waits for, by resource: 1 while it does.",
                q('max by (resource) (briefmill_paused{resource!="other", @})', "{{resource}}"),
            ),
            lines(
                "Transactions that failed",
                "Of the ledger, in an hour. Nothing counts as done without its row, so work waits meanwhile.",
                q("sum(increase(briefmill_audit_write_errors_total{@}[1h]))", "failed"),
                colours={"failed": RED},
            ),
        ),
    ),
)

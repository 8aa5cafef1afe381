"""What the rules find, what is refused for it, and who reads the refusals."""

from boards.parts import GREEN, RED, YELLOW, bars, lines, one, q

UID = "briefmill-compliance"
TITLE = "Briefmill / Compliance"
ABOUT = "What the rules find, how many briefs are refused for it, and whether anybody reads the refusals."

ROWS = (
    (
        "In the time shown",
        (
            one(
                "Sets judged",
                "Sets of creatives that the rules have looked at.",
                q('sum(increase(briefmill_stage_completed_total{stage="compliance", @}[$__range]))'),
                decimals=0,
                width=6,
            ),
            one(
                "Share refused",
                "Of the briefs that were delivered or rejected. A fifth over six hours is an alert.",
                q(
                    'sum(increase(briefmill_briefs_total{outcome="rejected", @}[$__range]))'
                    ' / clamp_min(sum(increase(briefmill_briefs_total{outcome=~"delivered|rejected", @}[$__range])), 1)'
                ),
                unit="percentunit",
                steps=((None, GREEN), (0.1, YELLOW), (0.2, RED)),
                decimals=0,
                width=6,
            ),
            one(
                "Refusals unread",
                "Folders under rejected/ that nobody has taken away yet.",
                q("sum(briefmill_refusals{@})"),
                steps=((None, GREEN), (10, YELLOW), (50, RED)),
                width=6,
            ),
            one(
                "Oldest of them",
                "How long the oldest refusal has lain there. A week is an alert.",
                q(
                    "max((time() - briefmill_refusals_oldest_timestamp_seconds{@})"
                    " * (briefmill_refusals_oldest_timestamp_seconds{@} > bool 0))"
                ),
                unit="s",
                steps=((None, GREEN), (86400, YELLOW), (604800, RED)),
                decimals=0,
                width=6,
            ),
        ),
    ),
    (
        "Findings",
        (
            bars(
                "Errors by rule",
                "The ten rules that stopped most creatives in the time shown. One rule alone: look at its brand file.",
                q(
                    'topk(10, sum by (rule) (increase(briefmill_findings_total{severity="error", @}[$__range])))',
                    "{{rule}}",
                ),
                steps=((None, RED),),
                width=12,
            ),
            bars(
                "Warnings by rule",
                "The ten rules that warned most in the time shown. What is warned of is delivered, and says so.",
                q(
                    'topk(10, sum by (rule) (increase(briefmill_findings_total{severity="warning", @}[$__range])))',
                    "{{rule}}",
                ),
                steps=((None, YELLOW),),
                width=12,
            ),
            lines(
                "Findings, each minute",
                "Errors stop a set; warnings are shown to whoever reads the receipt.",
                q(
                    "60 * sum by (severity) (rate(briefmill_findings_total{@}[$__rate_interval]))",
                    "{{severity}}",
                ),
                colours={"error": RED, "warning": YELLOW},
            ),
            lines(
                "Sets judged, each minute",
                "By how it ended.",
                q(
                    '60 * sum by (outcome) (rate(briefmill_stage_completed_total{stage="compliance",'
                    ' outcome=~"ok|rejected", @}[$__rate_interval]))',
                    "{{outcome}}",
                ),
                stacked=True,
                colours={"ok": GREEN, "rejected": RED},
            ),
            lines(
                "Time to judge a set",
                "Seconds for all creatives of a brief: half of them, and nineteen of twenty.",
                q(
                    "histogram_quantile(0.5, sum by (le)"
                    ' (rate(briefmill_stage_duration_seconds_bucket{stage="compliance", @}[$__range])))',
                    "p50",
                ),
                q(
                    "histogram_quantile(0.95, sum by (le)"
                    ' (rate(briefmill_stage_duration_seconds_bucket{stage="compliance", @}[$__range])))',
                    "p95",
                ),
                unit="s",
            ),
        ),
    ),
)

"""What is paid, to whom, for what, and what is left."""

from boards.parts import GREEN, RED, YELLOW, bars, lines, one, q

UID = "briefmill-money"
TITLE = "Briefmill / Money"
ABOUT = "What is paid, to whom, for what, and what is left of the budgets."

ROWS = (
    (
        "In the time shown",
        (
            one(
                "Spent",
                "US dollars paid for pictures and words.",
                q("sum(increase(briefmill_spend_usd_total{@}[$__range]))"),
                unit="currencyUSD",
                decimals=2,
                width=6,
            ),
            one(
                "A creative costs",
                "What was spent, divided by the creatives that appeared. Reused and drawn pictures make it smaller.",
                q(
                    "sum(increase(briefmill_spend_usd_total{@}[$__range]))"
                    " / clamp_min(sum(increase(briefmill_creatives_published_total{@}[$__range])), 1)"
                ),
                unit="currencyUSD",
                decimals=4,
                width=6,
            ),
            one(
                "Found in the cache",
                "Of the pictures that were wanted, those that had been made before and cost nothing.",
                q(
                    'sum(increase(briefmill_cache_lookups_total{outcome="hit", @}[$__range]))'
                    " / clamp_min(sum(increase(briefmill_cache_lookups_total{@}[$__range])), 1)"
                ),
                unit="percentunit",
                decimals=0,
                width=6,
            ),
            one(
                "Providers left alone",
                "Providers whose circuit is open after failures; they are asked only now and then.",
                q("sum(briefmill_provider_circuit_open{@})"),
                steps=((None, GREEN), (1, RED)),
                width=6,
            ),
        ),
    ),
    (
        "Spending",
        (
            lines(
                "Dollars an hour",
                "By what was bought.",
                q(
                    '3600 * sum by (kind) (rate(briefmill_spend_usd_total{kind!="other", @}[$__rate_interval]))',
                    "{{kind}}",
                ),
                unit="currencyUSD",
                stacked=True,
            ),
            lines(
                "Spent so far",
                "Since the daemon's start, by what was bought.",
                q('sum by (kind) (briefmill_spend_usd_total{kind!="other", @})', "{{kind}}"),
                unit="currencyUSD",
                stacked=True,
            ),
            bars(
                "Budgets",
                "How much of each is spent or reserved; of the tenants' the one nearest to its limit.",
                q(
                    "briefmill_budget_used_usd{@} / (briefmill_budget_limit_usd{@} > 0)"
                    ' or 0 * briefmill_budget_used_usd{whose="all", period="day", @}',
                    "{{whose}}, {{period}}",
                ),
                unit="percentunit",
                steps=((None, GREEN), (0.8, YELLOW), (1, RED)),
                most=1,
            ),
        ),
    ),
    (
        "Providers",
        (
            lines(
                "Calls, each minute",
                "By provider and outcome. retry comes back by itself; refused is moderation; error wants a look.",
                q(
                    '60 * sum by (provider, outcome) (rate(briefmill_external_calls_total{provider!="other",'
                    ' outcome!="other", @}[$__rate_interval]))',
                    "{{provider}} {{outcome}}",
                ),
                width=12,
            ),
            bars(
                "Days until the model in use is shut down",
                "0 where no end is announced. Sixty days ahead the log says so, thirty days ahead an alert does.",
                q(
                    'max by (provider) ((briefmill_model_shutdown_timestamp_seconds{provider!="other", @} - time())'
                    ' * (briefmill_model_shutdown_timestamp_seconds{provider!="other", @} > bool 0)) / 86400',
                    "{{provider}}",
                ),
                unit="d",
                width=12,
            ),
        ),
    ),
    (
        "Cache of made pictures",
        (
            lines(
                "Asked for, each minute",
                "How often a picture was there already, and how often not.",
                q("60 * sum by (outcome) (rate(briefmill_cache_lookups_total{@}[$__rate_interval]))", "{{outcome}}"),
                stacked=True,
                colours={"hit": GREEN},
            ),
            lines(
                "Size",
                "Bytes of made pictures that are kept.",
                q("sum(briefmill_cache_bytes{@})", "kept"),
                unit="bytes",
            ),
            lines(
                "Entries",
                "Requests whose picture is known, and those removed to stay within the bounds.",
                q("sum(briefmill_cache_entries{@})", "known"),
                q("sum(briefmill_cache_removed_total{@})", "removed so far"),
            ),
        ),
    ),
)

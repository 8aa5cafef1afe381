"""The few kinds of panel that our dashboards are built of, in one look.

Every panel says in a sentence what it shows and when to worry. Colours mean the same everywhere: green is well, yellow
wants a look, red wants a person. Rates use `$__rate_interval`, sums over the shown time `$__range`, so that nothing
depends on how often Prometheus scrapes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grafana_foundation_sdk.builders import bargauge, common, dashboard, stat, timeseries
from grafana_foundation_sdk.builders.prometheus import Dataquery
from grafana_foundation_sdk.models import common as looks
from grafana_foundation_sdk.models import dashboard as model

SOURCE = model.DataSourceRef(type_val="prometheus", uid="${datasource}")
MINE = 'instance=~"$instance"'
"""What every expression selects by."""

GREEN, YELLOW, RED, BLUE, GREY = "green", "#EAB839", "red", "blue", "#8e8e8e"
Steps = Sequence[tuple[float | None, str]]
WELL: Steps = ((None, GREEN),)
PLAIN: Steps = ((None, BLUE),)


@dataclass(frozen=True, kw_only=True)
class Query:
    """One expression and how its series are called."""

    expr: str
    legend: str = ""


def q(expr: str, legend: str = "") -> Query:
    """A query; `@` in the expression stands for the selector of the shown instances."""
    return Query(expr=expr.replace("@", MINE), legend=legend)


def one(
    title: str,
    about: str,
    query: Query,
    *,
    unit: str = "short",
    steps: Steps = PLAIN,
    words: Mapping[str, tuple[str, str]] | None = None,
    decimals: int | None = None,
    width: int = 4,
) -> stat.Panel:
    """One figure. `words` are said instead of values: value, then the word and its colour."""
    panel = (
        stat.Panel()
        .title(title)
        .description(about)
        .datasource(SOURCE)
        .height(4)
        .span(width)
        .unit(unit)
        .thresholds(_steps(steps))
        .color_mode(looks.BigValueColorMode.BACKGROUND if words or len(steps) > 1 else looks.BigValueColorMode.VALUE)
        .graph_mode(looks.BigValueGraphMode.NONE)
        .text_mode(looks.BigValueTextMode.VALUE)
        .reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]))
        .with_target(_target(query, 0).instant())
    )
    if decimals is not None:
        panel.decimals(decimals)
    if words:
        told = {value: model.ValueMappingResult(text=word, color=colour) for value, (word, colour) in words.items()}
        panel.mappings([model.ValueMap(options=told)])
    return panel


def lines(
    title: str,
    about: str,
    *queries: Query,
    unit: str = "short",
    stacked: bool = False,
    exemplars: bool = False,
    colours: Mapping[str, str] | None = None,
    width: int = 8,
) -> timeseries.Panel:
    """Figures over time. `colours` fixes those of series by name."""
    panel = (
        timeseries.Panel()
        .title(title)
        .description(about)
        .datasource(SOURCE)
        .height(8)
        .span(width)
        .unit(unit)
        .min(0)
        .line_width(1.5)
        .fill_opacity(30 if stacked else 8)
        .show_points(looks.VisibilityMode.NEVER)
        .color_scheme(dashboard.FieldColor().mode(model.FieldColorModeId.PALETTE_CLASSIC))
        .legend(_legend())
        .tooltip(common.VizTooltipOptions().mode(looks.TooltipDisplayMode.MULTI).sort(looks.SortOrder.DESCENDING))
    )
    if stacked:
        panel.stacking(common.StackingConfig().mode(looks.StackingMode.NORMAL))
    for number, query in enumerate(queries):
        panel.with_target(_target(query, number).range().exemplar(exemplars))
    for name, colour in (colours or {}).items():
        fixed = {"mode": "fixed", "fixedColor": colour}
        panel.override_by_name(name, [model.DynamicConfigValue(id_val="color", value=fixed)])
    return panel


def bars(
    title: str,
    about: str,
    query: Query,
    *,
    unit: str = "short",
    steps: Steps = PLAIN,
    most: float | None = None,
    width: int = 8,
) -> bargauge.Panel:
    """One bar for each series, as long as its figure is now."""
    panel = (
        bargauge.Panel()
        .title(title)
        .description(about)
        .datasource(SOURCE)
        .height(8)
        .span(width)
        .unit(unit)
        .min(0)
        .thresholds(_steps(steps))
        .display_mode(looks.BarGaugeDisplayMode.BASIC)
        .orientation(looks.VizOrientation.HORIZONTAL)
        .value_mode(looks.BarGaugeValueMode.TEXT)
        .reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]))
        .with_target(_target(query, 0).instant())
    )
    if most is not None:
        panel.max(most)
    return panel


def _steps(steps: Steps) -> dashboard.ThresholdsConfig:
    told = [model.Threshold(value=value, color=colour) for value, colour in steps]
    return dashboard.ThresholdsConfig().mode(model.ThresholdsMode.ABSOLUTE).steps(told)


def _legend() -> common.VizLegendOptions:
    return (
        common.VizLegendOptions()
        .display_mode(looks.LegendDisplayMode.LIST)
        .placement(looks.LegendPlacement.BOTTOM)
        .show_legend(True)
        .calcs([])
    )


def _target(query: Query, number: int) -> Dataquery:
    asked = Dataquery().expr(query.expr).ref_id("ABCDEFGH"[number]).datasource(SOURCE)
    return asked.legend_format(query.legend) if query.legend else asked

"""What all our dashboards share: the choice of data source and daemon, the marks of alerts, links to each other."""

from collections.abc import Sequence
from typing import Protocol

from grafana_foundation_sdk.builders import dashboard
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models import dashboard as model

from boards.parts import SOURCE

Rows = Sequence[tuple[str, Sequence[Builder[model.Panel]]]]


class Board(Protocol):
    """A module that holds a dashboard."""

    UID: str
    TITLE: str
    ABOUT: str
    ROWS: Rows


def built(board: Board) -> model.Dashboard:
    """The dashboard of a module."""
    made = (
        dashboard.Dashboard(board.TITLE)
        .uid(board.UID)
        .description(board.ABOUT)
        .tags(["briefmill"])
        .readonly()
        .tooltip(model.DashboardCursorSync.CROSSHAIR)
        .time("now-6h", "now")
        .timezone("browser")
        .refresh("30s")
        .variables([_source(), _instance()])
        .annotation(_alerts())
        .link(_others())
    )
    for title, panels in board.ROWS:
        made.with_row(dashboard.Row(title))
        for panel in panels:
            made.with_panel(panel)
    finished = made.build()
    # Grafana gives numbers only when it saves; a provisioned dashboard is never saved.
    for number, panel in enumerate(finished.panels or (), 1):
        panel.id_val = number
    return finished


def _source() -> dashboard.DatasourceVariable:
    return dashboard.DatasourceVariable("datasource").label("Prometheus").type("prometheus")


def _instance() -> dashboard.QueryVariable:
    return (
        dashboard.QueryVariable("instance")
        .label("Daemon")
        .datasource(SOURCE)
        .query("label_values(briefmill_build_info, instance)")
        .refresh(model.VariableRefresh.ON_TIME_RANGE_CHANGED)
        .sort(model.VariableSort.ALPHABETICAL_ASC)
        .multi(True)
        .include_all(True)
        .all_value(".*")
        .current(model.VariableOption(selected=True, text="All", value="$__all"))
    )


def _alerts() -> dashboard.AnnotationQuery:
    return (
        dashboard.AnnotationQuery()
        .name("Alerts")
        .datasource(SOURCE)
        .enable(True)
        .icon_color("red")
        .expr('ALERTS{alertname=~"Briefmill.*", alertstate="firing"}')
    )


def _others() -> dashboard.DashboardLink:
    return (
        dashboard.DashboardLink("Briefmill")
        .type(model.DashboardLinkType.DASHBOARDS)
        .tags(["briefmill"])
        .as_dropdown(False)
        .include_vars(True)
        .keep_time(True)
    )

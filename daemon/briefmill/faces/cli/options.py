"""Options that every command shares, and how a command gets at the house."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from briefmill.costs import Costs
    from briefmill.desk import Desk
    from briefmill.settings import Settings

Home = Annotated[
    Path | None,
    typer.Option("--home", help="The folder that holds inbox, outbox and config. Default: BRIEFMILL_HOME, else here."),
]
Json = Annotated[bool, typer.Option("--json", help="Answer in JSON, for scripts.")]


def load(home: Path | None) -> "Settings":
    """The settings of a home. Raises ConfigError."""
    from briefmill import settings

    return settings.Settings.load(settings.home_from(home, os.environ, Path.cwd()), os.environ)


@contextmanager
def desk(home: Path | None) -> "Iterator[Desk]":
    """The desk of a home, closed afterwards."""
    from briefmill.wiring import desks

    with desks.opened(load(home)) as opened:
        yield opened


@contextmanager
def costs(home: Path | None) -> "Iterator[Costs]":
    """The money of a home, closed afterwards."""
    from briefmill.wiring import desks

    with desks.costs(load(home)) as opened:
        yield opened

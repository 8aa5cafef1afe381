"""How the command speaks: plain lines, tables for people, JSON for scripts, errors on standard error."""

import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any


def line(text: str) -> None:
    """One line on standard output."""
    sys.stdout.write(_printable(text) + "\n")


def error(text: str) -> None:
    """One line on standard error, named as an error."""
    sys.stderr.write(f"briefmill: {_printable(text)}\n")


def as_json(data: Any) -> None:
    """JSON on standard output, indented, in the order given."""
    sys.stdout.write(json.dumps(data, indent=2, ensure_ascii=False, default=str) + "\n")


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, empty: str) -> None:
    """A table for people; `empty` is said when there are no rows. In a pipe nothing is cut."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    kept = list(rows)
    if not kept:
        line(empty)
        return
    drawn = Table(box=None, header_style="bold", pad_edge=False)
    for column in columns:
        drawn.add_column(column, overflow="fold")
    for row in kept:
        drawn.add_row(*(Text(_printable(str(cell))) for cell in row))
    console = Console(width=None if sys.stdout.isatty() else 240)
    console.print(drawn)


def _printable(text: str) -> str:
    """The text without control characters and lone surrogates, so that a file name cannot drive a terminal."""
    return "".join(
        char if char in "\n\t" or (char.isprintable() and not "\ud800" <= char <= "\udfff") else repr(char)[1:-1]
        for char in text
    )

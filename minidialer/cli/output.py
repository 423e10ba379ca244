"""Output: data to stdout, as a table for people or JSON for scripts; narration to stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from minidialer.i18n import _, decimal, say

if TYPE_CHECKING:
    from pydantic import BaseModel

    from minidialer.control.models.base import WireSentence

AsJson = Annotated[bool, typer.Option("--json", help=_("Print JSON for scripts."))]


def narrate(text: str) -> None:
    """Say something to the person at the terminal."""
    sys.stderr.write(f"{plain(text)}\n")


def write_json(data: object) -> None:
    """Print JSON, letters as they are."""
    sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=2) + "\n")


def write_model(result: BaseModel) -> None:
    """Print a result as JSON."""
    write_json(result.model_dump(mode="json"))


def write_models(results: Iterable[BaseModel]) -> None:
    """Print results as a JSON array, each as soon as it is there."""
    write = sys.stdout.write
    first = True
    for result in results:
        write("[\n" if first else ",\n")
        first = False
        write(json.dumps(result.model_dump(mode="json"), ensure_ascii=False))
    write("[]\n" if first else "\n]\n")


def write_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table on a terminal; elsewhere a line a row, its cells parted by tabs, the first line naming them."""
    cells = ([_cell(value) for value in row] for row in rows)
    if not sys.stdout.isatty():
        for row in ([*columns], *cells):
            sys.stdout.write("\t".join(row) + "\n")
        return
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        table.add_column(column, no_wrap=column != columns[-1], overflow="ellipsis")
    for row in cells:
        table.add_row(*map(Text, row))
    Console(markup=False, highlight=False).print(table)


def write_pairs(pairs: Iterable[tuple[str, object]]) -> None:
    """Names and values, one pair a line."""
    shown = [(name, _cell(value)) for name, value in pairs]
    if not sys.stdout.isatty():
        for name, value in shown:
            sys.stdout.write(f"{name}\t{value}\n")
        return
    width = max((len(name) for name, _value in shown), default=0)
    for name, value in shown:
        sys.stdout.write(f"{name:<{width}}  {value}\n")


def said(sentence: WireSentence | None) -> str:
    """A sentence of the daemon in the reader's language."""
    if sentence is None:
        return ""
    from minidialer.control.sentences import from_wire

    return say(from_wire(sentence))


def local(moment: datetime | None) -> str:
    """A moment on the reader's clock."""
    from minidialer.cli.session import settings

    return moment.astimezone(settings().zone).strftime("%Y-%m-%d %H:%M:%S") if moment is not None else ""


def yes_no(value: bool) -> str:
    """A flag in words."""
    return _("yes") if value else _("no")


def plain(text: str) -> str:
    """The text without control characters: what was imported must not steer the terminal."""
    return "".join(sign if sign.isprintable() or sign == "\n" else " " for sign in text)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return yes_no(value)
    if isinstance(value, datetime):
        return local(value)
    if isinstance(value, float) and sys.stdout.isatty():
        return decimal(value)
    return plain(str(value)).replace("\n", " ")

"""`minidialer watch`: what happens, as it happens."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from minidialer.cli.output import AsJson, narrate, plain
from minidialer.cli.session import settings
from minidialer.control.words import word
from minidialer.i18n import _, say

if TYPE_CHECKING:
    from pathlib import Path
    from zoneinfo import ZoneInfo

    from minidialer.control.client import Away
    from minidialer.control.models.watch import Line


def watch(
    campaign: Annotated[str | None, typer.Argument(help=_("One campaign; all without it."))] = None,
    as_json: AsJson = False,
) -> None:
    """Show live what happens: a panel on a terminal, lines elsewhere."""
    path, zone = settings().socket_path, settings().zone
    if as_json:
        asyncio.run(_json(path, campaign))
    elif sys.stdout.isatty():
        from minidialer.cli.watch_panel import show_panel

        asyncio.run(show_panel(path, campaign))
    else:
        asyncio.run(_lines(path, campaign, zone))


async def _json(path: Path, campaign: str | None) -> None:
    """One JSON object a line: snapshots and lines, told apart by their key."""
    from minidialer.control.client import Away
    from minidialer.control.client import watch as follow
    from minidialer.control.models.watch import Lines

    away = ""
    async with contextlib.aclosing(follow(path, campaign)) as news:
        async for item in news:
            if isinstance(item, Away):
                away = _narrated_once(item, away)
                continue
            away = ""
            kind = "lines" if isinstance(item, Lines) else "snapshot"
            _write(json.dumps({kind: item.model_dump(mode="json")}, ensure_ascii=False))


async def _lines(path: Path, campaign: str | None, zone: ZoneInfo) -> None:
    from minidialer.control.client import Away
    from minidialer.control.client import watch as follow
    from minidialer.control.models.watch import Lines

    away = ""
    async with contextlib.aclosing(follow(path, campaign)) as news:
        async for item in news:
            if isinstance(item, Away):
                away = _narrated_once(item, away)
                continue
            away = ""
            if isinstance(item, Lines):
                for line in item.lines:
                    _write(line_text(line, datetime.now(zone)))


def _narrated_once(item: Away, said: str) -> str:
    """Why there is no news, unless that was said last; a daemon may be down all night."""
    text = say(item.error.sentence)
    if text != said:
        narrate(text)
    return text


def line_text(line: Line, now: datetime) -> str:
    """One line, its parts parted by tabs."""
    parts = [f"{now:%H:%M:%S}", line.campaign or "", line.what, word(line.state), word(line.detail), line.agent or ""]
    return "\t".join(map(plain, parts)).rstrip("\t")


def _write(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()

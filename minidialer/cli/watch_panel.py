"""The live panel of `minidialer watch` on a terminal: one screen, drawn again with every snapshot."""

from __future__ import annotations

import contextlib
from collections import deque
from datetime import datetime
from pathlib import Path

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from minidialer.cli.output import plain, said
from minidialer.cli.session import settings
from minidialer.cli.watch import line_text
from minidialer.control.client import Away, watch
from minidialer.control.models.watch import AgentLine, CallLine, CampaignPanel, Lines, Snapshot
from minidialer.control.words import word
from minidialer.i18n import _, say

_SHOWN_CALLS = 12
_SHOWN_LINES = 8


async def show_panel(path: Path, campaign: str | None) -> None:
    """Draw until interrupted."""
    last: Snapshot | None = None
    lines: deque[str] = deque(maxlen=_SHOWN_LINES)
    away = ""
    with Live(console=Console(highlight=False, markup=False), auto_refresh=False, screen=True) as live:
        async with contextlib.aclosing(watch(path, campaign)) as news:
            async for item in news:
                if isinstance(item, Lines):
                    lines.extend(line_text(line, datetime.now(settings().zone)) for line in item.lines)
                    continue
                away = say(item.error.sentence) if isinstance(item, Away) else ""
                last = item if isinstance(item, Snapshot) else last
                live.update(_screen(last, away, lines), refresh=True)


def _screen(snapshot: Snapshot | None, away: str, lines: deque[str]) -> RenderableType:
    parts: list[RenderableType] = []
    if away:
        parts.append(Text(away, style="bold red"))
    if snapshot is not None:
        if not snapshot.link_up:
            parts.append(Text(_("no link to Asterisk"), style="bold red"))
        parts += [campaign_panel(item) for item in snapshot.campaigns]
        free = [agent for agent in snapshot.agents if agent.campaign is None and agent.state != "logged_out"]
        if free:
            parts.append(_agents(free))
    parts.append(Text("\n".join(lines).expandtabs(4), style="dim"))
    return Group(*parts)


def campaign_panel(item: CampaignPanel) -> RenderableType:
    """One campaign: status, decision, agents, waiting and dialled numbers."""
    status = word("running" if item.running else "stopped")
    title = Text.assemble((item.name, "bold"), f"  {status}  {item.lead_list or ''}")
    decision = Text(item.status_reason or said(item.decision), style="cyan")
    parts: list[RenderableType] = [title, decision]
    if item.agents:
        parts.append(_agents(item.agents))
    calls = [*item.waiting, *item.dialling]
    if calls:
        parts.append(_calls(calls))
    return Group(*parts, Text())


def _agents(agents: list[AgentLine]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for column in (_("agent"), _("state"), _("for"), _("reason")):
        table.add_column(column, header_style="dim")
    for agent in agents:
        name = Text(plain(agent.name or agent.login), style="strike" if agent.form_open else "")
        table.add_row(name, word(agent.state), _age(agent.seconds_in_state), plain(word(agent.reason)))
    return table


def _calls(calls: list[CallLine]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for column in (_("number"), _("state"), _("for")):
        table.add_column(column, header_style="dim")
    for call in calls[:_SHOWN_CALLS]:
        table.add_row(call.number, word(call.state), _age(call.seconds_in_state))
    if len(calls) > _SHOWN_CALLS:
        table.add_row(_("and {count} more").format(count=len(calls) - _SHOWN_CALLS), "", "")
    return table


def _age(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"

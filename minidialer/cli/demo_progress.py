"""What `minidialer demo` shows while it runs: a live panel on a terminal, else a line every few seconds."""

import sys
import time
from collections import Counter
from types import TracebackType
from typing import Self

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from minidialer.control.models.watch import CampaignPanel, Snapshot
from minidialer.i18n import _

EVERY = 5.0  # seconds between two lines


class Lines:
    """Plain lines on stderr."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._last = self._started

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return

    def say(self, line: str) -> None:
        """One line of narration."""
        print(f"{time.monotonic() - self._started:6.1f} s  {line}", file=sys.stderr, flush=True)

    def show(self, snapshot: Snapshot) -> None:
        """Every few seconds, what goes on."""
        now = time.monotonic()
        if now - self._last >= EVERY and snapshot.campaigns:
            self._last = now
            self.say(summary(snapshot.campaigns[0]))


def summary(campaign: CampaignPanel) -> str:
    """The campaign in one line."""
    states = Counter(agent.state for agent in campaign.agents)
    agents = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
    calls = f"{len(campaign.dialling)} dialling, {len(campaign.waiting)} waiting, {len(campaign.talking)} talking"
    return f"{calls} · agents: {agents or 'none'} · {campaign.decision.text}"


class Panel:
    """A panel that stays in place and is drawn anew four times a second."""

    def __init__(self) -> None:
        self._console = Console(stderr=True)
        self._live = Live(console=self._console, refresh_per_second=4, transient=True)
        self._started = time.monotonic()

    def __enter__(self) -> Self:
        self._live.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.__exit__(kind, error, trace)

    def say(self, line: str) -> None:
        """One line of narration, above the panel."""
        self._console.print(Text(f"{time.monotonic() - self._started:6.1f} s  {line}"))

    def show(self, snapshot: Snapshot) -> None:
        """The campaign's agents and calls as they are now."""
        if snapshot.campaigns:
            self._live.update(_drawn(snapshot.campaigns[0]))


def _drawn(campaign: CampaignPanel) -> Group:
    agents = Table(title=_("Agents"), expand=True)
    for heading in (_("agent"), _("state"), _("seconds")):
        agents.add_column(heading)
    for agent in campaign.agents:
        state = f"{agent.state} ({agent.reason})" if agent.reason else agent.state
        login = Text(agent.login, style="strike" if agent.form_open else "")
        agents.add_row(login, Text(state), f"{agent.seconds_in_state:.0f}")
    calls = Table(title=_("Calls"), expand=True)
    for heading in (_("number"), _("state"), _("seconds"), _("agent")):
        calls.add_column(heading)
    for call in (*campaign.talking, *campaign.waiting, *campaign.dialling):
        calls.add_row(Text(call.number), Text(call.state), f"{call.seconds_in_state:.0f}", Text(call.agent or ""))
    return Group(agents, calls, Text(campaign.decision.text, style="dim"))

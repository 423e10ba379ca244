"""What `minidialer demo` shows while it runs: a live panel on a terminal, else a line every few seconds."""

import sys
import time
from collections import Counter
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.text import Text

from minidialer.cli.output import said
from minidialer.cli.watch_panel import campaign_panel
from minidialer.control.models.watch import CampaignPanel, Snapshot
from minidialer.control.words import word
from minidialer.domain.sentence import Sentence
from minidialer.i18n import _
from minidialer.i18n import say as translated

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

    def say(self, line: Sentence) -> None:
        """One line of narration."""
        self._print(translated(line))

    def _print(self, line: str) -> None:
        print(f"{time.monotonic() - self._started:6.1f} s  {line}", file=sys.stderr, flush=True)

    def show(self, snapshot: Snapshot) -> None:
        """Every few seconds, what goes on."""
        now = time.monotonic()
        if now - self._last >= EVERY and snapshot.campaigns:
            self._last = now
            self._print(summary(snapshot.campaigns[0]))


def summary(campaign: CampaignPanel) -> str:
    """The campaign in one line."""
    states = Counter(agent.state for agent in campaign.agents)
    calls = _("{dialling} dialled, {waiting} waiting, {talking} talking").format(
        dialling=len(campaign.dialling), waiting=len(campaign.waiting), talking=len(campaign.talking)
    )
    agents = ", ".join(f"{count} {word(state)}" for state, count in sorted(states.items()))
    return f"{calls} · {agents} · {said(campaign.decision)}"


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

    def say(self, line: Sentence) -> None:
        """One line of narration, above the panel."""
        self._console.print(Text(f"{time.monotonic() - self._started:6.1f} s  {translated(line)}"))

    def show(self, snapshot: Snapshot) -> None:
        """The campaign's agents and calls as they are now."""
        if snapshot.campaigns:
            self._live.update(campaign_panel(snapshot.campaigns[0]))

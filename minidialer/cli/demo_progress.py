"""What `minidialer demo` tells while it runs: its steps, and without the supervisor's terminal what goes on."""

import contextlib
import sys
import time
from collections import Counter
from collections.abc import Iterator

from minidialer.cli.output import said
from minidialer.control.models.watch import CampaignPanel, Snapshot
from minidialer.control.words import word
from minidialer.domain.sentence import Sentence
from minidialer.i18n import _, decimal
from minidialer.i18n import say as translated

EVERY = 5.0  # seconds between two lines


class Lines:
    """Plain lines on stderr; while they are held back, what is said is kept for afterwards."""

    def __init__(self) -> None:
        self._kept: list[str] | None = None
        self._started = time.monotonic()
        self._last = self._started

    def say(self, line: Sentence) -> None:
        """One line of narration."""
        self._print(translated(line))

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Something else is on the screen."""
        kept: list[str] = []
        self._kept = kept
        try:
            yield
        finally:
            self._kept = None
            self._last = time.monotonic()
            for line in kept:
                self._write(line)

    def _print(self, line: str) -> None:
        line = f"{decimal(time.monotonic() - self._started, '6.1f')} s  {line}"
        if self._kept is None:
            self._write(line)
        else:
            self._kept.append(line)

    def _write(self, line: str) -> None:
        with contextlib.suppress(OSError):  # the terminal was closed: everything is ended in order all the same
            print(line, file=sys.stderr, flush=True)

    def show(self, snapshot: Snapshot) -> None:
        """Every few seconds, what goes on."""
        now = time.monotonic()
        if now - self._last >= EVERY and snapshot.campaigns and self._kept is None:
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

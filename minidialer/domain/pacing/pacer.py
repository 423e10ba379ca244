"""Pacers: one for each mode, behind one interface. A campaign keeps them, and what they learned, while it lives.

Pure: the same observations and views give the same decisions.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any, Protocol

from minidialer.domain.campaign import PacingMode

from .budget import Budget
from .decision import Decision, decide
from .memory import dump, load
from .model import Model
from .observation import Observation
from .predictive import PredictivePacer
from .spending import Spending
from .view import PacingView

QUARTER = 900  # seconds


class Pacer(Protocol):
    """Decides how many calls to place now."""

    def observe(self, seen: Observation, now: datetime) -> None:
        """Learn from what happened."""

    def decide(self, now: datetime, view: PacingView) -> Decision:
        """How many calls to place, and why. Never more than any limit of the view allows."""


class FixedPacer:
    """manual, progressive and power: arithmetic on the view; there is nothing to learn."""

    def observe(self, seen: Observation, now: datetime) -> None:
        """Nothing to learn."""

    def decide(self, now: datetime, view: PacingView) -> Decision:
        """By the view's mode."""
        del now
        return decide(view)


class CampaignPacing:
    """A campaign's pacers. What they learn survives a change of mode: every observation goes to the one that learns.

    `zone`: where days begin. `changes` grows with everything learned that is worth storing.
    """

    def __init__(self, zone: tzinfo = UTC) -> None:
        self.changes = 0
        self._zone = zone
        self._slot = -1
        self._fixed = FixedPacer()
        self._predictive = PredictivePacer(Model(), Budget(), Spending())

    @property
    def predictive(self) -> PredictivePacer:
        """The pacer that learns, and what it learned."""
        return self._predictive

    def observe(self, seen: Observation, now: datetime) -> None:
        """Learn from what happened, in whatever mode."""
        self.turn_to(now)
        self.changes += 1
        self._predictive.observe(seen, now)

    def decide(self, now: datetime, view: PacingView) -> Decision:
        """By the pacer of the view's mode."""
        self.turn_to(now)
        return self.pacer(view.mode).decide(now, view)

    def turn_to(self, now: datetime) -> None:
        """A new day begins a new account. Looked at each quarter of an hour: no zone's midnight lies within one."""
        slot = int(now.timestamp() // QUARTER)
        if slot != self._slot:
            self._slot = slot
            self._predictive.budget.turn_to(self.day(now))

    def day(self, moment: datetime) -> int:
        """The day this moment belongs to."""
        return moment.astimezone(self._zone).toordinal()

    def dump(self) -> dict[str, Any]:
        """Everything learned, as JSON types."""
        learned = self._predictive
        return dump(learned.model, learned.budget, learned.spending)

    def load(self, stored: Mapping[str, Any], age: float) -> None:
        """Take up what `dump` gave that many seconds ago. Raises UnreadableError with nothing changed."""
        self._predictive = PredictivePacer(*load(stored, age), age)
        self._slot = -1

    def pacer(self, mode: PacingMode) -> Pacer:
        """The pacer of this mode."""
        return self._predictive if mode is PacingMode.PREDICTIVE else self._fixed

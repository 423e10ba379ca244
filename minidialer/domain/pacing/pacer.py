"""Pacers: one for each mode, behind one interface. A campaign keeps them, and what they learned, while it lives.

Pure: the same observations and views give the same decisions.
"""

from datetime import datetime
from typing import Protocol

from minidialer.domain.campaign import PacingMode

from .budget import Budget
from .decision import Decision, decide
from .model import Model
from .observation import Observation
from .predictive import PredictivePacer
from .spending import Spending
from .view import PacingView


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
    """A campaign's pacers. What they learn survives a change of mode: every observation goes to the one that learns."""

    def __init__(self) -> None:
        self.model = Model()
        self.budget = Budget()
        self.spending = Spending()
        self._fixed = FixedPacer()
        self._predictive = PredictivePacer(self.model, self.budget, self.spending)

    def observe(self, seen: Observation, now: datetime) -> None:
        """Learn from what happened, in whatever mode."""
        self._predictive.observe(seen, now)

    def decide(self, now: datetime, view: PacingView) -> Decision:
        """By the pacer of the view's mode."""
        return self.pacer(view.mode).decide(now, view)

    def pacer(self, mode: PacingMode) -> Pacer:
        """The pacer of this mode."""
        return self._predictive if mode is PacingMode.PREDICTIVE else self._fixed

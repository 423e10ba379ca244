"""Pacers: one for each mode, behind one interface. A campaign keeps them, and what they learned, while it lives.

Pure: the same observations and views give the same decisions.
"""

from datetime import datetime
from typing import Protocol

from minidialer.domain.campaign import PacingMode

from .decision import Decision, decide
from .observation import Observation
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
    """A campaign's pacers. What they learn survives a change of mode: every observation goes to all of them."""

    def __init__(self) -> None:
        self._fixed = FixedPacer()

    def observe(self, seen: Observation, now: datetime) -> None:
        """Learn from what happened, in whatever mode."""

    def decide(self, now: datetime, view: PacingView) -> Decision:
        """By the pacer of the view's mode."""
        return self._pacer(view.mode).decide(now, view)

    def _pacer(self, mode: PacingMode) -> Pacer:
        del mode
        return self._fixed

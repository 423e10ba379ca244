"""What is found wrong while a fault is tried, and how long recoveries took."""

from __future__ import annotations

from .outcome import Outcome


class Findings:
    """Gathers until the `outcome`. The same sentence counts once: a check may be repeated."""

    def __init__(self) -> None:
        self._lost: dict[str, None] = {}
        self._doubled: dict[str, None] = {}
        self._stuck: dict[str, None] = {}
        self._worst = 0.0
        self._figures: dict[str, float] = {}

    def lost(self, *what: str) -> None:
        """Things that are gone, a sentence for each."""
        self._lost |= dict.fromkeys(what)

    def doubled(self, *what: str) -> None:
        """Calls that should not have been, a sentence for each."""
        self._doubled |= dict.fromkeys(what)

    def stuck(self, *what: str) -> None:
        """What did not come to where it belongs, a sentence for each."""
        self._stuck |= dict.fromkeys(what)

    def recovered(self, seconds: float) -> None:
        """A recovery took so long."""
        self._worst = max(self._worst, seconds)

    def measured(self, **figures: float) -> None:
        """What else was measured, by what it is: the unit ends the name."""
        self._figures |= {name: round(value, 2) for name, value in figures.items()}

    def outcome(self, fault: str, times: int) -> Outcome:
        """All of it."""
        return Outcome(
            fault,
            times,
            len(self._lost),
            len(self._doubled),
            len(self._stuck),
            self._worst,
            (
                *(f"lost: {what}" for what in self._lost),
                *(f"doubled: {what}" for what in self._doubled),
                *(f"stuck: {what}" for what in self._stuck),
            ),
            self._figures,
        )

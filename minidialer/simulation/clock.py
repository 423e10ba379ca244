"""The simulated clock: what is to happen, in the order of time."""

import heapq
from collections.abc import Callable
from datetime import datetime, timedelta

Happening = Callable[[], None]


class Clock:
    """Seconds since `start`. What is planned for the same moment happens in the order it was planned."""

    def __init__(self, start: datetime) -> None:
        self.start = start
        self.seconds = 0.0
        self._planned: list[tuple[float, int, Happening]] = []
        self._serial = 0

    @property
    def now(self) -> datetime:
        """The simulated moment, aware."""
        return self.start + timedelta(seconds=self.seconds)

    def after(self, seconds: float, happening: Happening) -> None:
        """Plan something that many seconds from now."""
        self.at(self.seconds + seconds, happening)

    def at(self, seconds: float, happening: Happening) -> None:
        """Plan something for a moment; one that has passed comes next."""
        self._serial += 1
        heapq.heappush(self._planned, (max(seconds, self.seconds), self._serial, happening))

    def run(self, until: float) -> None:
        """Let everything planned before that moment happen, and stand at it."""
        planned = self._planned
        while planned and planned[0][0] < until:
            self.seconds, _serial, happening = heapq.heappop(planned)
            happening()
        self.seconds = max(self.seconds, until)

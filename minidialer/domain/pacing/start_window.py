"""Sliding windows over attempt starts: at most so many in any span of so many seconds."""

from collections import deque
from datetime import datetime, timedelta


class StartWindow:
    """Starts of the last `span`. A start leaves the window exactly `span` after it entered."""

    def __init__(self, span: timedelta) -> None:
        self._span = span
        self._starts: deque[datetime] = deque()

    def left(self, limit: int, now: datetime) -> int:
        """How many more starts fit at `now`, never negative."""
        self._forget(now)
        return max(0, limit - len(self._starts))

    def add(self, now: datetime) -> None:
        """Note one start. Starts come in the order of time; one that does not counts as the latest."""
        self._starts.append(max(now, self._starts[-1]) if self._starts else now)

    def clear(self) -> None:
        """Forget all of them."""
        self._starts.clear()

    def next_free(self, now: datetime) -> datetime | None:
        """When the oldest start leaves the window; None when the window is empty."""
        self._forget(now)
        return self._starts[0] + self._span if self._starts else None

    def _forget(self, now: datetime) -> None:
        while self._starts and now - self._starts[0] >= self._span:
            self._starts.popleft()

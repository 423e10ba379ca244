"""Failed log-ins are slowed down: each one makes the next wait longer, for the account and for the address."""

from collections import OrderedDict, deque
from dataclasses import dataclass, field

MOST = 10_000  # accounts or addresses remembered; the oldest is forgotten
_TIMES = 8  # kept of each: more than can be looked at, and so be forgiven, at once


@dataclass(slots=True)
class _Failures:
    count: int = 0
    times: deque[float] = field(default_factory=lambda: deque(maxlen=_TIMES))  # of the latest

    @property
    def last(self) -> float:
        return self.times[-1]


class Throttle:
    """Times are seconds of any clock that only grows. After `free` failures the wait is 2 s, 4 s, ... `longest`."""

    def __init__(self, free: int, longest: float = 60.0, forget_after: float = 3600.0) -> None:
        self._free, self._longest, self._forget_after = free, longest, forget_after
        self._known: OrderedDict[str, _Failures] = OrderedDict()

    def __len__(self) -> int:
        return len(self._known)

    def wait(self, key: str, now: float) -> float:
        """Seconds until this one may try again; 0: now."""
        found = self._known.get(key)
        if found is None or found.count <= self._free or now - found.last > self._forget_after:
            return 0.0
        delay = min(self._longest, 2.0 ** min(found.count - self._free, 30))
        return max(0.0, found.last + delay - now)

    def failed(self, key: str, now: float) -> None:
        """One more failure. Counted before the password is looked at, so that many tries at once gain nothing."""
        found = self._known.get(key)
        if found is None or now - found.last > self._forget_after:
            found = self._known[key] = _Failures()
        found.count += 1
        found.times.append(now)
        self._known.move_to_end(key)
        while len(self._known) > MOST:
            self._known.popitem(last=False)

    def succeeded(self, key: str) -> None:
        """It was the right password after all."""
        self._known.pop(key, None)

    def forgive(self, key: str, at: float) -> None:
        """The failure of that moment was none. What was before it stays, and makes nobody wait longer than before."""
        found = self._known.get(key)
        if found is None or at not in found.times:
            return
        found.count -= 1
        found.times.remove(at)
        if not found.times:
            del self._known[key]

    def is_near(self, key: str, more: int) -> bool:
        """Would so many more failures make this one wait?"""
        found = self._known.get(key)
        return found is not None and found.count + more > self._free

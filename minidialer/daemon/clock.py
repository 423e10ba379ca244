"""The daemon's clock: time that a step of the machine's clock cannot tear.

It is set from the machine's clock once and goes on by the one that nobody can set, so a talk lasts as long as it lasts
and no limit passes, or waits, because of a step. The machine's time is taken over when nothing depends on it any more:
nobody is logged in and no call is live; or at the next start. Until then there is an alarm, and calls are placed only
when both times are within the calling window, for either may be the wrong one.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import NoReturn

from minidialer.domain.agent import AgentState
from minidialer.domain.floor import Floor
from minidialer.domain.sentence import Sentence, sentence

log = logging.getLogger(__name__)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_STEP = timedelta(seconds=2)  # less is told to nobody
_NOISE = timedelta(milliseconds=50)
_LOOK = 1.0  # seconds


def _boot_time() -> int:
    """Goes on while the machine sleeps, as the world does."""
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME)


class SteadyClock:
    """`clock()` is the time, an aware moment in UTC that never goes back. Both sources are nanoseconds."""

    def __init__(self, wall: Callable[[], int] = time.time_ns, steady: Callable[[], int] = _boot_time) -> None:
        self._wall, self._steady = wall, steady
        self._base = wall() - steady()

    def __call__(self) -> datetime:
        """Now."""
        return _EPOCH + timedelta(microseconds=(self._base + self._steady()) // 1000)

    @property
    def off(self) -> timedelta:
        """How far the machine's clock is ahead of this one."""
        return timedelta(microseconds=(self._wall() - self._base - self._steady()) // 1000)

    def take_over(self) -> None:
        """Set it from the machine's clock again."""
        self._base = self._wall() - self._steady()


async def keep(clock: SteadyClock, floor: Floor, alarms: dict[str, Sentence]) -> NoReturn:
    """Look after the clock until cancelled: tell of a step, and take the new time over when that harms nobody."""
    while True:
        look(clock, floor, alarms)
        await asyncio.sleep(_LOOK)


def look(clock: SteadyClock, floor: Floor, alarms: dict[str, Sentence]) -> None:
    """One look."""
    off = clock.off
    stepped = abs(off) >= _STEP
    if abs(off) >= _NOISE and _quiet(floor):
        clock.take_over()
        floor.forget_moments()
        if stepped:
            log.warning(
                "The machine's clock was set by %s; its time is taken over", _text(off), extra={"action": "clock"}
            )
        off, stepped = timedelta(), False
    floor.clock_off = off if stepped else timedelta()
    if not stepped:
        alarms.pop("clock", None)
        return
    if "clock" not in alarms:
        log.error("The machine's clock was set by %s", _text(off), extra={"action": "clock"})
    alarms["clock"] = _alarm(off)


def _quiet(floor: Floor) -> bool:
    logged_in = any(agent.state is not AgentState.LOGGED_OUT for agent in floor.agents.values())
    return not (logged_in or floor.attempts or floor.claims)


def _alarm(off: timedelta) -> Sentence:
    if off > timedelta():
        return sentence(
            "The machine's clock was set {time} ahead: calls are placed only when both times allow it, and the new one "
            "holds once nobody is logged in and no call is live, or after a restart.",
            time=_text(off),
        )
    return sentence(
        "The machine's clock was set {time} back: calls are placed only when both times allow it, and the new one "
        "holds once nobody is logged in and no call is live, or after a restart.",
        time=_text(-off),
    )


def _text(off: timedelta) -> str:
    """1:00:00; to the second, so that an alarm does not change with every look."""
    rounded = timedelta(seconds=round(off.total_seconds()))
    return f"-{-rounded}" if rounded < timedelta() else str(rounded)

"""VICIdial's adaptive dial methods: a level, adapted every 15 s, times the agents, every 2.5 s.

The level follows from how many agents waited in the last 15 s; the answer rate, talk times and the age of a call never
enter. The drop limit is kept afterwards, by mode: HARD_LIMIT falls to one call an agent, AVERAGE halves the level,
TAPERED lowers it only in the last hour of the shift.
"""

import math
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum

from minidialer.domain.floor import Floor
from minidialer.domain.pacing.decision import Decision
from minidialer.domain.pacing.observation import Abandoned, Dialled, Observation, Taken
from minidialer.domain.pacing.view import PacingView
from minidialer.domain.sentence import sentence

from .baseline import Baseline, Recent

SAMPLES = 15  # one a second; then the level is adapted
PLACE_EVERY, PLACE_EACH = timedelta(seconds=2.5), timedelta(seconds=0.2)
SERVER_AGENTS = 50  # larger teams have several dialling servers, which place their share of the calls side by side
ENOUGH_CALLS, ENOUGH_IN_MINUTE = 50, 20
SHIPPED_MAX = 3.0


class DropMode(StrEnum):
    """What is done when too many calls were dropped today."""

    HARD_LIMIT = "HARD_LIMIT"
    AVERAGE = "AVERAGE"
    TAPERED = "TAPERED"


class Vicidial(Baseline):
    """`time_left`: hours until the shift ends."""

    def __init__(
        self,
        floor: Floor,
        campaign_id: int,
        mode: DropMode,
        max_level: float = SHIPPED_MAX,
        *,
        time_left: Callable[[datetime], float],
    ) -> None:
        super().__init__(floor, campaign_id)
        self.level = 1.0
        self._mode = mode
        self._max = max_level
        self._time_left = time_left
        self._minute = Recent(timedelta(minutes=1))
        self._today: datetime | None = None
        self._calls = self._answered = self._dropped = 0
        self._ready: list[int] = []
        self._waiting: list[int] = []
        self._sample_at: datetime | None = None
        self._place_at: datetime | None = None
        self._placing_at: datetime | None = None

    def observe(self, seen: Observation, now: datetime) -> None:
        """Count calls, answers and drops of the day."""
        if self._today is None or self._today.date() != now.date():
            self._today, self._calls, self._answered, self._dropped = now, 0, 0, 0
        self._minute.add(seen, now)
        self._calls += isinstance(seen, Dialled)
        self._answered += isinstance(seen, Taken | Abandoned)
        self._dropped += isinstance(seen, Abandoned)

    def decide(self, now: datetime, view: PacingView) -> Decision:
        """Calls are placed at its own moments only; asked again at the same one, it says what is still missing."""
        if self._sample_at is None or now >= self._sample_at:
            self._sample(now)
        if self._place_at is not None and now < self._place_at and now != self._placing_at:
            return Decision(0, sentence("not yet"))
        roll = self.floor.roll(self.campaign_id)
        talking = len(roll.attempts) - roll.in_flight
        agents, lines = len(roll.free) + talking, view.in_flight + talking
        count = max(0, min(round(self.level * agents) - lines, view.starts_left, view.trunk_left))
        if now != self._placing_at:
            share = math.ceil(count / math.ceil(max(1, len(roll.joined)) / SERVER_AGENTS))
            self._placing_at, self._place_at = now, now + PLACE_EVERY + share * PLACE_EACH
        return Decision(count, sentence("{count} calls", count=count))

    def _sample(self, now: datetime) -> None:
        roll = self.floor.roll(self.campaign_id)
        self._ready.append(len(roll.free))
        self._waiting.append(len(roll.waiting))
        self._sample_at = now + timedelta(seconds=1)
        if len(self._ready) == SAMPLES:
            self._adapt(len(roll.joined), now)
            self._ready.clear()
            self._waiting.clear()

    def _adapt(self, agents: int, now: datetime) -> None:
        spare = (sum(self._ready) - sum(self._waiting)) / SAMPLES
        level = self.level * (1 + spare / agents) if agents else self.level
        level = min(max(level, 1.0), self._max)
        if self._minute.count(Dialled, now) > ENOUGH_IN_MINUTE:
            dropped, taken = self._minute.count(Abandoned, now), self._minute.count(Taken, now)
            if dropped > taken:
                level /= 2
        if self._calls > ENOUGH_CALLS and 100 * self._dropped > self._target * self._answered:
            level = self._limited(level, now)
        self.level = min(max(level, 1.0), self._max)

    @property
    def _target(self) -> float:
        return self.floor.campaigns[self.campaign_id].settings.abandon_target

    def _limited(self, level: float, now: datetime) -> float:
        match self._mode:
            case DropMode.HARD_LIMIT:
                return 1.0
            case DropMode.AVERAGE:
                return level / 2
            case DropMode.TAPERED:
                return level * min(1.0, self._time_left(now))

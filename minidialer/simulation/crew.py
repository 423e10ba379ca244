"""The crew: when agents come and go, take breaks, and how long they wrap up."""

from collections.abc import Callable
from random import Random

from minidialer.domain import events
from minidialer.domain.sentence import RefusedError

from .chance import LogNormal, stream
from .clock import Clock
from .scenario import Scenario

Tell = Callable[[events.Event], None]
BREAK_EVERY, BREAK_SECONDS = 3000.0, 420.0  # means
LUNCH_SECONDS, LUNCH_SPREAD = 1800.0, 300.0  # how long, and within what time they leave
LATE_SECONDS = 2400.0  # who comes late or leaves early does so by up to this
COLD_AGENTS, COLD_SECONDS = 2, 1800.0
AWAY = "break"


class Crew:
    """The agents of a scenario. `campaign_of` says where each of them works."""

    def __init__(self, scenario: Scenario, clock: Clock, campaign_of: dict[int, int]) -> None:
        self._scenario = scenario
        self._clock = clock
        self._campaign_of = campaign_of
        self._wrap = LogNormal(scenario.wrap, scenario.wrap_spread, stream(scenario.seed, "wrap"))
        self._random: Random = stream(scenario.seed, "crew")

    def wrap(self, second: float) -> float:
        """How long a wrap-up lasts; the time of day does not matter."""
        del second
        return self._wrap.draw()

    def plan_shift(self, tell: Tell) -> None:
        """Plan everybody's coming, breaks and going, from now on."""
        begin, end = self._clock.seconds, self._clock.seconds + self._scenario.hours * 3600
        for place, agent_id in enumerate(self._campaign_of):
            come, go = self._span(place, begin, end)
            self._clock.at(come, saying(tell, events.LogIn(agent_id), self._join(agent_id)))
            if go < end:
                self._clock.at(go, saying(tell, events.LogOut(agent_id)))
            if self._scenario.pauses:
                self._plan_breaks(agent_id, come, go, tell)
            if self._scenario.lunch:
                self._plan_lunch(agent_id, (begin + end) / 2, tell)

    def _join(self, agent_id: int) -> events.Event:
        return events.Join(agent_id, self._campaign_of[agent_id])

    def _span(self, place: int, begin: float, end: float) -> tuple[float, float]:
        come, go = begin, end
        if self._scenario.cold_start and place >= COLD_AGENTS:
            come += COLD_SECONDS + self._random.random() * COLD_SECONDS
        if self._scenario.turnover:
            most = min(LATE_SECONDS, (end - begin) / 4)
            come += max(0.0, self._random.uniform(-most, most))
            go -= max(0.0, self._random.uniform(-most, most))
        return min(come, end), go

    def _plan_breaks(self, agent_id: int, come: float, go: float, tell: Tell) -> None:
        second = come + self._random.expovariate(1 / BREAK_EVERY)
        while second < go:
            back = second + self._random.expovariate(1 / BREAK_SECONDS)
            self._plan_pause(agent_id, second, min(back, go), tell)
            second = back + self._random.expovariate(1 / BREAK_EVERY)

    def _plan_lunch(self, agent_id: int, noon: float, tell: Tell) -> None:
        length = min(LUNCH_SECONDS, self._scenario.hours * 900)
        self._plan_pause(agent_id, noon - length + self._random.random() * LUNCH_SPREAD, noon, tell)

    def _plan_pause(self, agent_id: int, begin: float, end: float, tell: Tell) -> None:
        self._clock.at(begin, saying(tell, events.Pause(agent_id, AWAY)))
        self._clock.at(end, saying(tell, events.Resume(agent_id)))


def saying(tell: Tell, *said: events.Event) -> Callable[[], None]:
    """To be planned: these are said in turn, as far as the dialer does not refuse."""

    def say() -> None:
        for event in said:
            try:
                tell(event)
            except RefusedError:
                return  # logged out meanwhile

    return say

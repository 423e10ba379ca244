"""How long a tick takes with 200 agents and 400 live calls when campaigns look ahead: under 1 ms is wanted.

Median and 99th percentile of a tick of the whole dialer, also as a ratio to a bare pass over agents and calls: one that
uses the last decision again, one that works everything out, one whose forecast tables are all made anew as well.

Run: .venv/bin/python -m benchmarks.pacing_bench
"""

import time
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import cycle, islice

from minidialer.domain.agent import AgentState
from minidialer.domain.attempt import AttemptState
from minidialer.domain.campaign import PacingMode
from minidialer.domain.dialer import Dialer
from minidialer.domain.events import Tick
from minidialer.domain.pacing.model import CALLS_AGAIN, DURATIONS_AGAIN
from minidialer.domain.pacing.observation import Answered, Dialled, Taken, TalkEnded, Unanswered, WrapUpEnded

from .dialer_bench import NOW, bare_pass, full_floor, seconds_each

ROUNDS = 1000
EXPERIENCE = 400  # answers of each campaign
LONGEST = {AgentState.IN_CALL: 150.0, AgentState.WRAP_UP: 40.0}  # seconds of age, from 0, evenly
LONGEST_RING = 25.0


class Bench:
    """One floor on which all stays as it is while time goes by: no claim is answered, and ages are set again."""

    def __init__(self, campaigns: int) -> None:
        floor = full_floor(campaigns)
        for campaign in list(floor.campaigns.values()):
            settings = replace(
                campaign.settings, pacing_mode=PacingMode.PREDICTIVE, overdial_percent=0, max_attempts_per_5s=100_000
            )
            floor.store_campaign(replace(campaign, settings=settings))
        self.floor, self.dialer = floor, Dialer(floor)
        self.moment = NOW - timedelta(seconds=EXPERIENCE * campaigns)
        self._turns = cycle(floor.campaigns)
        self.learn(EXPERIENCE * campaigns, each=1.0)

    def learn(self, answers: int, each: float = 0.0) -> None:
        """So many answers, each of three calls, and a talk and a form for each; campaigns take turns."""
        for campaign_id in islice(self._turns, answers):
            self.moment += timedelta(seconds=each)
            for ring in (Unanswered(30.0), Unanswered(30.0), Answered(8.0)):
                for seen in (Dialled(), ring):
                    self.floor.observe(campaign_id, seen, self.moment)
            for done in (Taken(0.1), TalkEnded(1, 60.0), WrapUpEnded(1, 25.0)):
                self.floor.observe(campaign_id, done, self.moment)

    def ticks(self, step: float, answers: int = 0, every: int = 1) -> list[float]:
        """Seconds each tick took, in order of size; each is so many seconds and answers after the last.

        `every`: one of so many is timed.
        """
        times = []
        for number in range(ROUNDS * every):
            self.moment += timedelta(seconds=step)
            self._set_ages(self.moment)
            self.learn(answers)
            start = time.perf_counter()
            self.dialer.handle(Tick(), self.moment)
            if number % every == 0:
                times.append(time.perf_counter() - start)
            self.floor.claims.clear()
        return sorted(times)

    def _set_ages(self, now: datetime) -> None:
        floor = self.floor
        for agent in floor.agents.values():
            longest = LONGEST.get(agent.state, 10.0)
            agent.since = now - timedelta(seconds=longest * agent.id / len(floor.agents))
            floor.roll(agent.campaign_id or 0).file_agent(agent, free=floor.can_take(agent))
        for attempt in floor.attempts.values():
            age = timedelta(seconds=LONGEST_RING * (attempt.id % 100) / 100)
            attempt.dialled_at = attempt.state_since = now - age
            if attempt.state is AttemptState.CONNECTED:
                attempt.answered_at = attempt.connected_at = now - age
            floor.roll(attempt.campaign_id).file_attempt(attempt)


def main() -> None:
    """Print the figures."""
    for campaigns in (1, 5):
        bench = Bench(campaigns)
        floor_time = seconds_each(lambda bench=bench: bare_pass(bench.floor))
        for name, times in (
            ("the last decision again", bench.ticks(0.0001)),
            ("worked out", bench.ticks(0.25, answers=1)),
            ("worked out, tables anew", bench.ticks(CALLS_AGAIN / 2, answers=DURATIONS_AGAIN * campaigns, every=2)),
        ):
            median, late = times[len(times) // 2], times[len(times) * 99 // 100]
            print(
                f"{campaigns} campaigns, {name}: {median * 1e6:.0f} us, 99 % within {late * 1e6:.0f} us,"
                f" {median / floor_time:.0f} x a bare pass"
            )
        print(f"   {bench.floor.run(1).decision}")


if __name__ == "__main__":
    main()

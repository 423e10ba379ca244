"""A stand-in for a busy call centre: 200 agents and 400 live calls, another snapshot of them every 250 ms."""

import random
import threading
import time
from collections.abc import Iterator

from minidialer.control.models.watch import AgentLine, CallLine, CampaignPanel, Snapshot
from minidialer.control.sentences import to_wire
from minidialer.domain.sentence import sentence
from tests.tui.stand_in import StandIn
from tests.tui.world import World

AGENTS, WAITING, DIALLING, TALKING = 200, 10, 290, 100
EVERY = 0.25
STATES = ("in_call", "ready", "wrap_up", "in_call", "paused", "reserved")


def snapshots() -> Iterator[Snapshot]:
    """A busy quarter of a second after the other: all ages grow, one in ten calls gives way to another."""
    chance = random.Random(7)
    since = {number: chance.uniform(0, 200) for number in range(AGENTS)}
    states = {number: STATES[number % len(STATES)] for number in range(AGENTS)}
    calls = [(number, 0.0) for number in range(WAITING + DIALLING + TALKING)]
    number, moment = len(calls), 200.0
    why = "{ready} ready × (1+{percent} %) − {in_flight} under way = {gap}; limit 5 s: {starts_left} left"
    while True:
        moment += EVERY
        for changed in chance.sample(range(AGENTS), 10):
            since[changed], states[changed] = moment, chance.choice(STATES)
        for ended in sorted(chance.sample(range(len(calls)), 40), reverse=True):
            del calls[ended]
            calls.append((number := number + 1, moment))
        people = [_agent(one, states[one], moment - since[one]) for one in range(AGENTS)]
        lines = [_call(one, moment - begun) for one, begun in calls]
        said = sentence(why, ready=chance.randrange(50), percent=100, in_flight=DIALLING, gap=9, starts_left=4)
        yield Snapshot(
            link_up=True,
            draining=False,
            campaigns=[
                CampaignPanel(
                    id=1,
                    name="Wiosna",
                    running=True,
                    lead_list="Klienci 2026",
                    decision=to_wire(said),
                    agents=people,
                    waiting=[line.model_copy(update={"state": "waiting"}) for line in lines[:WAITING]],
                    dialling=lines[WAITING : WAITING + DIALLING],
                    talking=lines[WAITING + DIALLING :],
                )
            ],
            agents=people,
        )


def _agent(number: int, state: str, seconds: float) -> AgentLine:
    return AgentLine(
        login=f"agent{number:03}", name=f"Małgorzata Nowak {number}", state=state, campaign="Wiosna", phone="idle",
        seconds_in_state=round(seconds, 1), form_open=state == "wrap_up",
    )  # fmt: skip


def _call(number: int, seconds: float) -> CallLine:
    return CallLine(
        attempt_id=number, number=f"+4860{number:07}", state="ringing" if number % 3 else "dialling",
        seconds=round(seconds + 2, 1), seconds_in_state=round(seconds, 1),
    )  # fmt: skip


class Feed:
    """Pushes a snapshot every 250 ms till the block ends."""

    def __init__(self, daemon: StandIn, world: World) -> None:
        self._daemon, self._world = daemon, world
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.sent = 0

    def __enter__(self) -> "Feed":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        due = time.monotonic()
        for self._world.snapshot in snapshots():
            self._daemon.push()
            self.sent += 1
            due += EVERY
            if self._over.wait(max(0.0, due - time.monotonic())):
                return

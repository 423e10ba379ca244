"""Many agents and many live calls, for minutes: what a full house asks of the daemon."""

from __future__ import annotations

import asyncio

from minidialer.lab.chaos.books import check_books
from minidialer.lab.chaos.call_centre import Plan, call_centre
from minidialer.lab.chaos.centre import Centre
from minidialer.lab.chaos.context import Context
from minidialer.lab.chaos.fault import Fault
from minidialer.lab.chaos.findings import Findings
from minidialer.lab.chaos.gauges import Gauges
from minidialer.lab.chaos.outcome import Outcome
from minidialer.lab.chaos.reaction import Join, at_once
from minidialer.lab.chaos.scripted_centre import ScriptedCentre, ScriptedPlan, scripted_centre
from minidialer.lab.chaos.steadiness import growing, kept
from minidialer.lab.customer import Mix, lognormal
from minidialer.lab.errors import LabError
from minidialer.lab.result import Delays
from minidialer.lab.robots import Manners

PROMISED = 400  # live calls, usually
REACTION = 0.1  # seconds: p99 from the answer told to the join asked for, when an agent is ready
ANSWER_WAIT = 2.0  # seconds a customer waits for an agent: the default of the campaign
LET_GO = 0.5  # seconds after that
_MINUTE, _SHORT_MINUTE = 60.0, 12.0  # seconds
_EVERY = 2.0  # seconds between two looks
_SAMPLES = 100  # for a p99

# A fifth of the calls is answered and more than half ring out: so two hundred agents need more calls that ring than
# talks, and five calls for each ready agent leave nearly nobody who answers without one.
CUSTOMERS = Mix(
    *(20, 0, 15, 55, 6, 4),
    ring=lognormal(12.0, 0.5),
    talk=lognormal(30.0, 0.5),
)
SETTINGS: dict[str, object] = {
    "pacing_mode": "power",
    "overdial_percent": 400,
    "ring_timeout": 25,
    "max_attempts_per_5s": 500,
}
UNHURRIED = Manners(hangs_up=0.1, typing=(2.0, 6.0))
QUICK_CUSTOMERS = Mix(*(60, 0, 15, 15, 6, 4), ring=(0.2, 1.5), talk=(1.0, 3.0))
QUICK = Manners(hangs_up=0.1, typing=(0.1, 0.5))


async def scripted(context: Context) -> Outcome:
    """`context.times` minutes on the scripted PBX."""
    findings = Findings()
    plan = (
        ScriptedPlan(1000, 30, QUICK_CUSTOMERS, QUICK, {**SETTINGS, "overdial_percent": 50, "ring_timeout": 5})
        if context.short
        else ScriptedPlan(1000 + 1300 * context.times, 200, CUSTOMERS, UNHURRIED, SETTINGS)
    )
    async with scripted_centre(context, plan) as centre:
        gauges = _gauges(context, centre)
        live = Live(context, centre)
        await _work(context, gauges, live)
    live.tell(findings)
    _judge(context, centre, gauges, findings)
    _judge_joins(context, centre, live.joins, findings)
    await check_books(centre, findings)
    return findings.outcome("load", context.times)


class Live:
    """What the scripted PBX tells, every now and then."""

    def __init__(self, context: Context, centre: ScriptedCentre) -> None:
        self.joins: list[Join] = []
        self._context, self._centre = context, centre
        self._live: list[int] = []
        self._waits: list[float] = []
        self._late: list[float] = []
        self._faults: list[str] = []
        self._unread = 0
        self._most = 0

    async def look(self) -> None:
        """Take what happened since the last look."""
        figures = await self._centre.pbx.figures()
        self.joins += figures.joins
        self._live.append(figures.live)
        self._waits += figures.waits
        self._late += figures.late
        self._faults = figures.faults
        self._unread = max(self._unread, figures.unsent)
        self._most = max(self._most, figures.most_live)
        self._context.progress(0, f"{figures.live} live calls, {figures.calls} placed, {figures.joined} joined")

    def tell(self, findings: Findings) -> None:
        """How many calls were live, and who was let go not by the rule."""
        later = sorted(self._live[len(self._live) // 3 :])
        usual = later[len(later) // 2]
        if usual < PROMISED and not self._context.short:
            raise LabError(f"Only {usual} calls were live: {PROMISED} were to be.")
        findings.measured(
            live_calls_usual=usual,
            live_calls_most=self._most,
            unread_bytes_most=self._unread,
            machine_late_p99_ms=Delays.of(self._late).p99,
        )
        findings.stuck(*self._faults)
        latest = ANSWER_WAIT + self._context.limit(LET_GO)
        findings.lost(
            *(f"a customer was let go after {waited:.2f} s" for waited in self._waits if waited < ANSWER_WAIT - 0.05)
        )
        findings.stuck(*(f"a customer waited {waited:.2f} s for nobody" for waited in self._waits if waited > latest))


def _gauges(context: Context, centre: Centre) -> Gauges:
    """Read so often that the short version has some in each part of its shift, too."""
    return Gauges(centre, 0.5 if context.short else _EVERY)


async def _work(context: Context, gauges: Gauges, live: Live | None) -> None:
    minute = _SHORT_MINUTE if context.short else _MINUTE
    until = asyncio.get_running_loop().time() + minute * context.times
    async with asyncio.TaskGroup() as tasks:
        keeping = tasks.create_task(gauges.keep(), name="gauges")
        while asyncio.get_running_loop().time() < until:
            await asyncio.sleep(_EVERY)
            if live is not None:
                await live.look()
        keeping.cancel()


def _judge(context: Context, centre: Centre, gauges: Gauges, findings: Findings) -> None:
    """Queues and memory."""
    gauges.keep_in(context.home / "gauges.jsonl")
    findings.stuck(*growing(gauges))
    second_minute = 0.25 if context.short else min(0.9, 1.5 / context.times)
    kept(gauges, second_minute, findings, patient=context.short)
    for name in ("unwritten_commands", "link_unanswered_actions"):
        findings.measured(**{f"{name}_most": gauges.most(name)})
    if centre.account is not None:
        findings.measured(answered=centre.account.answered, abandoned=centre.account.abandoned)


def _judge_joins(context: Context, centre: Centre, joins: list[Join], findings: Findings) -> None:
    prompt = at_once(centre.store, joins)
    delays = Delays.of(prompt)
    findings.measured(
        joined=len(joins), joined_at_once=len(prompt), reaction_p50_ms=delays.p50, reaction_p99_ms=delays.p99
    )
    if not context.short and len(prompt) < _SAMPLES:
        findings.stuck(f"only {len(prompt)} customers were joined at once")
    if delays.p99 > 1000 * context.limit(REACTION):
        findings.stuck(f"p99 from the answer to the join was {delays.p99:g} ms")


# -- the real Asterisk -----------------------------------------------------------------------------------------------

AGENTS_HERE = 25  # with two Asterisks, their phones and RTP on two cores that do other things, too
ON_ASTERISK = Mix(*(40, 0, 15, 35, 6, 4), ring=(2.0, 14.0), talk=(10.0, 40.0))


async def on_asterisk(context: Context) -> Outcome:
    """`context.times` minutes on the real Asterisk, with as many agents as two cores carry."""
    findings = Findings()
    plan = Plan(
        leads=100 if context.short else 400 * context.times,
        agents=4 if context.short else AGENTS_HERE,
        mix=QUICK_CUSTOMERS if context.short else ON_ASTERISK,
        manners=QUICK if context.short else UNHURRIED,
        settings={**SETTINGS, "overdial_percent": 50 if context.short else 300, "ring_timeout": 15},
    )
    async with call_centre(context, plan) as centre:
        gauges = _gauges(context, centre)
        await _work(context, gauges, None)
    _judge(context, centre, gauges, findings)
    findings.measured(live_calls_usual=gauges.usual("live_calls", 1 / 3), live_calls_most=gauges.most("live_calls"))
    await check_books(centre, findings)
    return findings.outcome("load-on-asterisk", context.times)


FAULTS = (
    Fault(
        "load",
        "200 agents and 400 live calls on a scripted PBX, for so many minutes.",
        scripted,
        times=10,
        short=1,
    ),
    Fault(
        "load-on-asterisk",
        "As many agents as two Asterisks on this machine carry, for so many minutes.",
        on_asterisk,
        times=10,
        short=1,
    ),
)

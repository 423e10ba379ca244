"""The daemon works through the moment at which clocks go forward, and through the one at which they go back."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import cycle, islice
from zoneinfo import ZoneInfo

from minidialer.control.models import stats
from minidialer.lab.chaos.books import check_books, less_than_nothing
from minidialer.lab.chaos.call_centre import CallCentre, Plan, call_centre, until
from minidialer.lab.chaos.context import Context
from minidialer.lab.chaos.fault import Fault
from minidialer.lab.chaos.findings import Findings
from minidialer.lab.chaos.outcome import Outcome
from minidialer.lab.daemon_process import DaemonProcess
from minidialer.lab.errors import LabError
from minidialer.lab.faketime import SettableClock, settable_clock

NAME = "summer-time"
ZONE = ZoneInfo("Europe/Warsaw")
_AHEAD = (40.0, 120.0, 360.0)  # seconds from the daemon's start to the change: more where a machine is slow
_SILENCE = 15.0  # seconds after the change, if nobody may be called any more
_UNDER_WAY = 1.0  # seconds: a call decided before the change may leave so late
_DIALS = 10.0  # seconds until somebody is called, if somebody may be
_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Change:
    """Clocks go forward or back. window: when calling is allowed. closes: it is over at the change, and only by it."""

    forward: bool
    window: str
    closes: bool

    def at(self) -> datetime:
        """The next such change, in UTC."""
        moment = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
        while True:
            before, moment = moment, moment + _HOUR
            gained = moment.astimezone(ZONE).utcoffset(), before.astimezone(ZONE).utcoffset()
            if gained[0] != gained[1] and (gained[0] > gained[1]) is self.forward:  # type: ignore[operator]
                return moment


CHANGES = (
    Change(forward=True, window="mon-sun 0:00-2:30", closes=True),  # 2:00 becomes 3:00
    Change(forward=False, window="mon-sun 2:30-4:00", closes=True),  # 3:00 becomes 2:00
    Change(forward=True, window="mon-sun 1:00-4:00", closes=False),
    Change(forward=False, window="mon-sun 1:00-4:00", closes=False),
)


async def _run(context: Context) -> Outcome:
    findings = Findings()
    clock = await asyncio.to_thread(settable_clock, context.home, partial(context.progress, 0))
    for done, change in enumerate(islice(cycle(CHANGES), context.times)):
        for ahead in _AHEAD:
            home = context.home / f"{done + 1}-{ahead:g}"
            home.mkdir()
            here = replace(context, home=home, progress=partial(_told, context, done))
            if await _work_through(change, clock, ahead, here, findings):
                break
        else:
            raise LabError(f"Nobody was called in the {_AHEAD[-1]:g} s before the clocks changed.")
    return findings.outcome(NAME, context.times)


def _told(context: Context, before: int, _done: int, what: str) -> None:
    context.progress(before, what)


async def _work_through(
    change: Change, clock: SettableClock, before: float, context: Context, findings: Findings
) -> bool:
    """A shift of its own: the daemon's clock is months ahead all the time, so it runs into the change by itself.

    before: seconds from the daemon's start to the change. False when it came before anybody was called.
    """
    begun = at = datetime.now(UTC)

    def furnish(daemon: DaemonProcess) -> None:  # just before it starts
        nonlocal begun, at
        begun = datetime.now(UTC)
        at = begun + timedelta(seconds=before)  # for us: for the daemon it is the change
        clock.set_by(change.at() - at)
        daemon.environment |= {**clock.environment, "MINIDIALER_TIME_ZONE": str(ZONE)}

    plan = Plan(leads=200, furnish=furnish, settings={"calling_window": change.window})
    async with call_centre(context, plan) as centre:
        centre.ahead = change.at() - at
        in_time = await _dials(centre, begun, at)
        if in_time:
            context.progress(0, f"until clocks go {'forward' if change.forward else 'back'}")
            await asyncio.sleep((at - datetime.now(UTC)).total_seconds())
            if change.closes:
                await asyncio.sleep(_SILENCE)
            else:
                await _goes_on(context, centre, at, findings)
            alarms = (await centre.status()).alarms
            findings.stuck(*(f"an alarm after clocks changed: {alarm.text}" for alarm in alarms))
            await _times_add_up(centre, datetime.now(UTC) - begun, findings)
    if in_time:
        await check_books(centre, findings)
        findings.lost(*less_than_nothing(centre.store))
        findings.lost(*(_called_afterwards(context, centre, at) if change.closes else ()))
    return in_time


def _called_afterwards(context: Context, centre: CallCentre, at: datetime) -> Iterator[str]:
    """The calling window was over because the clock jumped. The carrier's record has a call when it has ended."""
    silent = at + timedelta(seconds=min(context.limit(_UNDER_WAY), _SILENCE / 2))
    for call in centre.calls():
        if call.started > silent:
            yield f"{call.number} was called at {call.started:%X.%f}, when the calling window was over since {at:%X.%f}"


async def _goes_on(context: Context, centre: CallCentre, at: datetime, findings: Findings) -> None:
    """Calls go on, also after a kill and a start within an hour that came twice or was left out."""
    for kill in (False, True):
        if kill:
            at = datetime.now(UTC)
            await centre.daemon.kill()
            await centre.daemon.start()
            centre.trouble(at)
        if not await _dials(centre, at, datetime.now(UTC) + timedelta(seconds=context.limit(_DIALS))):
            findings.stuck(f"nobody is called any more after clocks changed{', and a start' if kill else ''}")
        findings.recovered((datetime.now(UTC) - at).total_seconds())


async def _dials(centre: CallCentre, since: datetime, limit: datetime) -> bool:
    """Does a call begin in this time?"""

    async def begun() -> bool:
        return any(call.started > since for call in centre.lab.carrier.calls())

    return await until(begun, (limit - datetime.now(UTC)).total_seconds()) is not None


async def _times_add_up(centre: CallCentre, elapsed: timedelta, findings: Findings) -> None:
    """Nobody worked an hour more or less than they did, by the day as by the hours of the day."""
    by_day = (await centre.ask(stats.AGENTS, stats.AgentsOf())).total.logged_in
    hours = (await centre.ask(stats.HOURS, stats.HoursOf())).hours
    by_hours = sum(hour.logged_in for hour in hours)
    most = elapsed.total_seconds() * len(centre.robots)
    if not 0 < by_day <= most:
        findings.lost(f"agents were logged in for {by_day:g} s of at most {most:g} s, by the statistics of the day")
    if abs(by_hours - by_day) > len(centre.robots) * 1.0:  # asked one after the other
        findings.lost(f"agents were logged in for {by_day:g} s by the day, and for {by_hours:g} s by its hours")


FAULTS = (
    Fault(
        NAME,
        "Clocks go forward or back by an hour, as twice a year, while calls flow; a calling window may end by it.",
        _run,
        times=8,
        short=1,
    ),
)

"""Somebody speaks in Asterisk's name: garbage, messages that are too large, events of channels that do not exist."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from functools import partial

from minidialer.ami.reader import LARGEST_MESSAGE
from minidialer.lab.chaos.call_centre import CallCentre, Plan
from minidialer.lab.chaos.context import Context
from minidialer.lab.chaos.convergence import converge, goes_on
from minidialer.lab.chaos.fault import Fault
from minidialer.lab.chaos.findings import Findings
from minidialer.lab.chaos.outcome import Outcome
from minidialer.lab.chaos.shift import leads_for, work_through
from minidialer.lab.hostile.pieces import mutated

RESYNCED = 45.0  # seconds: a check is due every 30
_END = b"\r\n\r\n"
_FORGED = (
    "Event: Newchannel|Uniqueid: {leg}|Channel: PJSIP/x-1|ChannelState: 0",
    "Event: Newstate|Uniqueid: {leg}|ChannelState: 6|ChannelStateDesc: Up",
    "Event: OriginateResponse|ActionID: originate/{leg}|Response: {answer}|Uniqueid: {leg}|Reason: {cause}",
    "Event: UserEvent|UserEvent: MinidialerAnswered|Uniqueid: {leg}",
    "Event: UserEvent|UserEvent: MinidialerMachine|Uniqueid: {leg}",
    "Event: UserEvent|UserEvent: MinidialerAgentIdle|Uniqueid: {leg}",
    "Event: BridgeEnter|BridgeUniqueid: forged|Uniqueid: {leg}",
    "Event: BridgeLeave|BridgeUniqueid: forged|Uniqueid: {leg}",
    "Event: Hangup|Uniqueid: {leg}|Cause: {cause}",
    "Event: CoreShowChannel|Uniqueid: {leg}|BridgeId: forged",
    "Event: CoreShowChannelsComplete|ListItems: 0",
    "Response: {answer}|ActionID: forged/{leg}|Message: x",
)

Said = Callable[[Context], bytes]


async def happens(said: Said, lossy: bool, context: Context, centre: CallCentre, findings: Findings) -> None:
    """Some seconds of it. lossy: it may swallow Asterisk's own events, or make the daemon give up the link."""
    begin = datetime.now(UTC)
    end = time.monotonic() + (2.0 if context.short else context.dice.uniform(5.0, 15.0))
    while time.monotonic() < end:
        centre.proxy.inject(said(context))
        await asyncio.sleep(context.dice.uniform(0.0, 0.03))
    await converge(centre, findings, context.limit(RESYNCED), since=time.monotonic())
    if lossy:
        centre.trouble(begin, events_lost=True)
    if lossy or not context.short:
        await goes_on(centre, findings)


def _called_again(centre: CallCentre, findings: Findings) -> None:
    """Phones here never go: each is called once, unless a forged event was believed; that may show after the talk."""
    query = """SELECT login, count(*) FROM agent_state JOIN agent ON agent.id = agent_id
        WHERE agent_state.state = 'paused' AND agent_state.reason <> 'not_joined' GROUP BY login"""
    with closing(sqlite3.connect(centre.daemon.store)) as books:
        rows = books.execute(query).fetchall()
    findings.stuck(*(f"the phone of agent {login} was called {count} times" for login, count in rows if count > 1))


def forged(context: Context) -> bytes:
    """An event of a channel that is not there: of no attempt, of an agent who is not there, or Asterisk's own."""
    dice = context.dice
    legs = (
        f"{dice.randrange(10**12)}",  # attempts' ids are larger by now
        f"ring-{dice.randrange(100, 200)}-{dice.randrange(10**12)}",
        f"nailed-{dice.randrange(100, 200)}-{dice.randrange(10**12)}",
        f"ring-{dice.randrange(1, 4)}-{dice.randrange(10**12)}",  # agents who are there, and no leg of theirs
        f"nailed-{dice.randrange(1, 4)}-{dice.randrange(10**12)}",
        f"{dice.randrange(10**9)}.{dice.randrange(100)}",
        "9" * 40,
    )
    text = dice.choice(_FORGED).format(
        leg=dice.choice(legs), answer=dice.choice(("Success", "Failure", "")), cause=dice.choice((0, 16, 17, 4, "x"))
    )
    return text.replace("|", "\r\n").encode() + _END


def garbage(context: Context) -> bytes:
    """Mutated messages and lines without an end, which run into Asterisk's own; now and then a very long one."""
    dice = context.dice
    if dice.random() < 0.05:
        return b"Event: " + b"x" * (2 * LARGEST_MESSAGE) + dice.choice((b"", _END))
    return dice.choice((mutated(dice, "ami"), dice.randbytes(dice.randrange(200)))) + dice.choice((b"", b"\r\n", _END))


KINDS: dict[str, tuple[str, Said, bool]] = {
    "ami-forged": ("Forged AMI events of channels that do not exist reach the daemon for 5 to 15 s.", forged, False),
    "ami-garbage": (
        "Garbage, broken messages and messages of 512 KiB run into Asterisk's own for 5 to 15 s.",
        garbage,
        True,
    ),
}


async def _run(name: str, said: Said, lossy: bool, context: Context) -> Outcome:
    plan = Plan(leads_for(context), proxied=True)
    findings = await work_through(
        context, [partial(happens, said, lossy)], plan, check=None if lossy else _called_again
    )
    return findings.outcome(name, context.times)


FAULTS = tuple(
    Fault(name, about, partial(_run, name, said, lossy), times=10, short=1)
    for name, (about, said, lossy) in KINDS.items()
)

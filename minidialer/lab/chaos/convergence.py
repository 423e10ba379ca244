"""Does the daemon believe what is true? Its floor against Asterisk's own channels."""

from __future__ import annotations

import time
from collections.abc import Iterator

from minidialer.control.models import agents, watch

from .call_centre import CallCentre, until
from .findings import Findings
from .truth import AWAY, Channels

GOES_ON = 30.0  # seconds within which somebody talks again, once all is well


async def converge(centre: CallCentre, findings: Findings, limit: float, *, since: float | None = None) -> None:
    """Wait for a look at which the daemon is right about everything. Calls go on, so it may take a few looks.

    limit: seconds. since: a monotonic moment from which the time to recover counts; by itself, now.
    """
    started = time.monotonic() if since is None else since
    wrong: set[str] | None = None

    async def right() -> bool:
        nonlocal wrong
        wrong = await _disagreements_now(centre)
        return wrong is not None and not wrong

    if await until(right, limit) is None:
        findings.stuck(*(wrong or {"the daemon has no link to Asterisk"}))
    findings.recovered(time.monotonic() - started)


async def goes_on(centre: CallCentre, findings: Findings) -> None:
    """A new call is made and becomes a talk."""
    before = set((await centre.truth.channels()).customers)

    async def talks_anew() -> bool:
        snapshot = await centre.snapshot()
        return any(call.attempt_id not in before for panel in snapshot.campaigns for call in panel.talking)

    if await until(talks_anew, GOES_ON) is None:
        findings.stuck(f"nobody has talked to a new customer for {GOES_ON:g} s")


async def _disagreements_now(centre: CallCentre) -> set[str] | None:
    """A sentence for each; None while one of the two cannot be asked, or they have no link."""
    try:
        before = await centre.truth.channels()
        snapshot, known = await centre.snapshot(), await centre.all_agents()
        after = await centre.truth.channels()
    except AWAY:
        return None
    if not snapshot.link_up or not centre.linked:
        return None
    believed = set(disagreements(before, snapshot, known))
    return believed & set(disagreements(after, snapshot, known))  # what changed in between is no disagreement


def disagreements(channels: Channels, snapshot: watch.Snapshot, known: dict[int, agents.Agent]) -> Iterator[str]:
    """A sentence for each thing the daemon believes and Asterisk does not, or the reverse."""
    talking = {call.attempt_id: call.agent for panel in snapshot.campaigns for call in panel.talking}
    live = set(talking)
    for panel in snapshot.campaigns:
        live |= {call.attempt_id for call in (*panel.dialling, *panel.waiting)}
    for attempt in live - channels.customers:
        yield f"attempt {attempt} is live for the daemon, and Asterisk has no such call"
    for attempt in channels.customers - live:
        yield f"Asterisk has a call of attempt {attempt}, which is not live for the daemon"
    for attempt, agent_id in channels.talks.items():
        if attempt in talking and talking[attempt] == known[agent_id].login:
            continue
        yield f"attempt {attempt} talks with {known[agent_id].login}, and the daemon does not know"
    for attempt in talking.keys() - channels.talks.keys():
        yield f"attempt {attempt} is a talk for the daemon, and nobody talks"
    with_talk = set(talking.values())
    for agent_id, agent in known.items():
        legs = channels.phones.get(agent_id, frozenset())
        if (agent.phone != "down") is not bool(legs) or len(legs) > 1:
            yield f"the phone of {agent.login} is {agent.phone} for the daemon, and has {len(legs)} channels"
        if (agent.state == "in_call") is not (agent.login in with_talk):
            yield f"{agent.login} is {agent.state} for the daemon, which has another mind about their talk"

"""The whole system at a glance."""

import os
from collections import Counter

from minidialer import __version__
from minidialer.control.models.base import Nothing
from minidialer.control.models.system import CampaignLine, LinkStatus, Status, TrunkLine
from minidialer.control.protocol import PROTOCOL
from minidialer.control.sentences import to_wire
from minidialer.domain.agent import AgentState
from minidialer.domain.sentence import Sentence
from minidialer.domain.snapshot import CampaignSnapshot, system_snapshot
from minidialer.store import lists
from minidialer.store.errors import StoreUnavailableError

from .desk import Actor, Desk


async def status(desk: Desk, actor: Actor, params: Nothing) -> Status:
    """The link, campaigns, agents and calls."""
    del actor, params
    floor = desk.floor
    names, unreadable = await _list_names(desk)
    alarms = [to_wire(alarm) for alarm in (desk.engine.alarm, unreadable, *desk.alarms.values()) if alarm is not None]
    seen = system_snapshot(floor, desk.clock())
    return Status(
        version=__version__,
        protocol=PROTOCOL,
        pid=os.getpid(),
        started_at=desk.started_at,
        draining=floor.draining,
        link=_link(desk),
        alarm=next(iter(alarms), None),
        alarms=alarms,
        trunks=[
            TrunkLine(
                name=trunk.name,
                channels=trunk.channels,
                in_use=floor.trunk_in_use(trunk),
                calls_per_second=trunk.calls_per_second,
            )
            for trunk in floor.trunks.values()
        ],
        campaigns=[_campaign(item, names) for item in seen.campaigns],
        agents=dict(Counter(agent.state.value for agent in floor.agents.values())),
        attempts=dict(Counter(attempt.state.value for attempt in floor.attempts.values())),
    )


async def _list_names(desk: Desk) -> tuple[dict[int, str], Sentence | None]:
    """And why there are none: who looks at the status while the store fails must see what fails."""
    try:
        async with desk.database.read() as conn:
            return await lists.names(conn), None
    except StoreUnavailableError as error:
        return {}, error.sentence


def _link(desk: Desk) -> LinkStatus:
    link, asterisk = desk.link(), desk.settings.asterisk
    return LinkStatus(
        up=link.connected,
        host=asterisk.host,
        port=asterisk.port,
        since=link.since,
        asterisk=link.version,
        problem=to_wire(link.error) if link.error is not None else None,
    )


def _campaign(item: CampaignSnapshot, names: dict[int, str]) -> CampaignLine:
    return CampaignLine(
        name=item.name,
        status="running" if item.running else "stopped",
        status_reason=item.status_reason,
        lead_list=names.get(item.list_id) if item.list_id is not None else None,
        agents_joined=len(item.agents),
        agents_ready=sum(agent.state is AgentState.READY for agent in item.agents),
        in_calls=len(item.talking),
        dialling=len(item.dialling),
        waiting=len(item.waiting),
        decision=to_wire(item.decision),
    )

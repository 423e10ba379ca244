"""A supervisor's telephone in an agent's talk."""

import asyncio

from minidialer.control.models import agents as models
from minidialer.domain.flow.listeners import leg_of
from minidialer.domain.listening import Spy, SpyMode
from minidialer.domain.sentence import RefusedError
from minidialer.store import agents

from .desk import Actor, Desk

_REFUSED_WITHIN = 0.3  # seconds; Asterisk refuses a telephone it does not know in a few milliseconds
_LOOK = 0.02


async def spy(desk: Desk, actor: Actor, params: models.AgentSpy) -> models.Spying:
    """Ring the supervisor's telephone, or change what they do in the talk they are in.

    Raises RefusedError: no talk, no link, or a telephone Asterisk cannot call.
    """
    change = desk.change(actor)
    async with desk.database.read() as conn:
        agent = await agents.find(conn, params.login)
    live = desk.floor.agents.get(agent.id, agent)
    attempt_id = live.attempt_id
    before = leg_of(desk.floor, attempt_id, params.extension) if attempt_id is not None else None
    await desk.engine.submit(Spy(agent.id, SpyMode(params.mode), params.extension))
    if attempt_id is None:
        raise RuntimeError("a talk without an attempt was spied on")
    attempt = desk.floor.attempts[attempt_id]
    campaign = desk.floor.campaigns.get(attempt.campaign_id)
    if before is None:
        await _not_refused(desk, attempt_id, params.extension)
    said = {"mode": params.mode, "extension": params.extension, "attempt": attempt_id, "number": attempt.number}
    async with change.transaction() as conn:
        await change.record(conn, "agent.spy", agent.login, after=said)
    return models.Spying(
        login=agent.login,
        campaign=campaign.name if campaign is not None else None,
        number=attempt.number,
        mode=params.mode,
        extension=params.extension,
        changed=before is not None,
    )


async def _not_refused(desk: Desk, attempt_id: int, extension: str) -> None:
    loop = asyncio.get_running_loop()
    end = loop.time() + _REFUSED_WITHIN
    while loop.time() < end:
        if leg_of(desk.floor, attempt_id, extension) is None and attempt_id in desk.floor.attempts:
            raise RefusedError(
                "Asterisk cannot call {extension}: register that telephone, or give another extension.",
                extension=extension,
            )
        await asyncio.sleep(_LOOK)

"""The form of one call, put together for the page."""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from minidialer.agent_web.services import CallForm, Draft, PastAttempt
from minidialer.daemon.use_cases.desk import Desk
from minidialer.daemon.use_cases.script import filled
from minidialer.domain.agent import Agent, AgentState
from minidialer.domain.attempt import Attempt, AttemptState
from minidialer.domain.campaign import Campaign
from minidialer.store import attempts, campaigns, dispositions, drafts, leads, past_attempts

from .callbacks import suggested
from .lead_fields import display_name, editable

_HISTORY = 50


async def form_of(desk: Desk, agent: Agent) -> CallForm | None:
    """The form of the agent's talk, or of the one just over; None when there is none."""
    if agent.state not in (AgentState.IN_CALL, AgentState.WRAP_UP) or agent.attempt_id is None:
        return None
    now, zone = desk.clock(), desk.settings.zone
    # Few statements: the customer is on the line already, and each waits several times for its turn on the processor.
    async with desk.database.read() as conn:
        live = desk.floor.attempts.get(agent.attempt_id)  # the store may not know yet that the talk is over
        talk = live or await _over(conn, agent.attempt_id)
        if talk is None:
            return None
        campaign = desk.floor.campaigns.get(talk.campaign_id) or await campaigns.get(conn, talk.campaign_id)
        kept, list_name = await leads.get_with_list(conn, talk.lead_id)
        buttons = await dispositions.every(conn)
        draft = await _draft(conn, agent, campaign)
        history = await _history(conn, talk)
    fields = kept.lead.fields
    default = next((it.name for it in buttons if it.id == campaign.settings.default_disposition_id), "")
    limited = agent.state is AgentState.WRAP_UP and campaign.settings.wrap_up_limit and default
    ends_at = agent.since + timedelta(seconds=campaign.settings.wrap_up_limit) if limited and agent.since else None
    return CallForm(
        attempt_id=talk.id,
        number=talk.number,
        name=display_name(fields),
        campaign=campaign.name,
        lead_list=list_name,
        talking=live is not None and live.state is AttemptState.CONNECTED,
        on_hold=live is not None and live.on_hold,
        connected_at=talk.connected_at,
        fields=dict(fields),
        editable=editable(fields),
        notes=kept.notes,
        script=filled(campaign.settings.script, fields, talk.number),
        history=history,
        dispositions=buttons,
        autosave=campaign.settings.autosave,
        draft=draft,
        suggested_callback=suggested(campaign.settings.calling_window, zone, now),
        saved=agent.saved,
        wrap_up_ends_at=ends_at,
        default_disposition=default,
        transfer_targets=desk.settings.web.transfer_extensions,
    )


async def _over(conn: AsyncConnection, attempt_id: int) -> Attempt | None:
    record = await attempts.get(conn, attempt_id)
    return record.attempt if record is not None else None


async def _draft(conn: AsyncConnection, agent: Agent, campaign: Campaign) -> Draft | None:
    if not campaign.settings.autosave or agent.attempt_id is None:
        return None
    kept = await drafts.get(conn, agent.id, agent.attempt_id)
    return Draft(kept.disposition_id, kept.callback_at, kept.notes, kept.fields) if kept is not None else None


async def _history(conn: AsyncConnection, talk: Attempt) -> list[PastAttempt]:
    """Earlier attempts, the latest first."""
    return [
        PastAttempt(past.at, past.outcome.value if past.outcome else "", past.agent, past.disposition, past.notes)
        for past in await past_attempts.of_lead(conn, talk.lead_id, most=_HISTORY + 1)
        if past.attempt_id != talk.id
    ]

"""The form of one call, put together for the page."""

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from minidialer.agent_web.services import CallForm, Draft, PastAttempt
from minidialer.daemon.use_cases.desk import Desk
from minidialer.daemon.use_cases.lead_views import Names
from minidialer.daemon.use_cases.script import filled
from minidialer.domain.agent import Agent, AgentState
from minidialer.domain.attempt import Attempt, AttemptState
from minidialer.domain.campaign import Campaign
from minidialer.store import attempts, campaigns, dispositions, drafts, leads

from .callbacks import suggested
from .lead_fields import display_name, editable

_HISTORY = 50


async def form_of(desk: Desk, agent: Agent) -> CallForm | None:
    """The form of the agent's talk, or of the one just over; None when there is none."""
    if agent.state not in (AgentState.IN_CALL, AgentState.WRAP_UP) or agent.attempt_id is None:
        return None
    now, zone = desk.clock(), desk.settings.zone
    async with desk.database.read() as conn:
        record = await attempts.get(conn, agent.attempt_id)
        if record is None:
            return None
        live = desk.floor.attempts.get(agent.attempt_id)  # the store may not know yet that the talk is over
        talk = live or record.attempt
        campaign = desk.floor.campaigns.get(talk.campaign_id) or await campaigns.get(conn, talk.campaign_id)
        kept = await leads.get(conn, talk.lead_id)
        buttons = await dispositions.every(conn)
        names = await Names.read(conn)
        draft = await _draft(conn, agent, campaign)
        history = await _history(conn, names, talk, now)
    fields = kept.lead.fields
    default = next((it.name for it in buttons if it.id == campaign.settings.default_disposition_id), "")
    limited = agent.state is AgentState.WRAP_UP and campaign.settings.wrap_up_limit and default
    ends_at = agent.since + timedelta(seconds=campaign.settings.wrap_up_limit) if limited and agent.since else None
    return CallForm(
        attempt_id=talk.id,
        number=talk.number,
        name=display_name(fields),
        campaign=campaign.name,
        lead_list=names.lists.get(record.list_id, ""),
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


async def _draft(conn: AsyncConnection, agent: Agent, campaign: Campaign) -> Draft | None:
    if not campaign.settings.autosave or agent.attempt_id is None:
        return None
    kept = await drafts.get(conn, agent.id, agent.attempt_id)
    return Draft(kept.disposition_id, kept.callback_at, kept.notes, kept.fields) if kept is not None else None


async def _history(conn: AsyncConnection, names: Names, talk: Attempt, now: datetime) -> list[PastAttempt]:
    """Earlier attempts, the latest first."""
    earlier = [record for record in await attempts.of_lead(conn, talk.lead_id) if record.attempt.id != talk.id]
    return [
        PastAttempt(
            at=record.attempt.dialled_at or record.attempt.claimed_at or now,
            outcome=record.attempt.outcome.value if record.attempt.outcome is not None else "",
            agent=names.agents.get(record.attempt.agent_id or 0, ""),
            disposition=names.dispositions.get(record.disposition_id or 0, ""),
            notes=record.notes,
        )
        for record in reversed(earlier[-_HISTORY:])
    ]

"""The figures of campaigns, as an overview asks for them every second: a few rows of the tallies each."""

from datetime import datetime, timedelta
from functools import partial

from minidialer.control.models import figures as models
from minidialer.domain.campaign import Campaign
from minidialer.domain.days import start_of, today
from minidialer.domain.disposition import Disposition
from minidialer.domain.figures import CallCounts, abandon_rate
from minidialer.domain.lead import LeadState
from minidialer.store import call_tally, campaigns, dispositions, lists, tally
from minidialer.store.tally import ListCounts

from .campaign_views import disposition_counts
from .desk import Actor, Desk

_MINUTES = 60


async def figures(desk: Desk, actor: Actor, params: models.FiguresOf) -> models.Figures:
    """Leads left, today's calls and the last hour by the minute; to another client perhaps those of a second ago."""
    return await desk.figures.told(actor.client, params.name, partial(_figures, desk, params.name))


async def _figures(desk: Desk, name: str | None) -> models.Figures:
    now, zone = desk.clock(), desk.settings.zone
    first = now.replace(second=0, microsecond=0) - timedelta(minutes=_MINUTES - 1)
    async with desk.database.read() as conn:
        found = [await campaigns.find(conn, name)] if name else await campaigns.every(conn)
        ids = [campaign.id for campaign in found]
        names = await lists.names(conn)
        buttons = await dispositions.every(conn, removed=True)
        leads = await tally.counts_of(conn, [item.list_id for item in found if item.list_id is not None])
        calls = await call_tally.totals(conn, start_of(today(now, zone), zone), now, ids)
        minutes = await call_tally.by_span(conn, call_tally.MINUTE, first, now, ids)
    return models.Figures(
        at=now,
        campaigns=[
            models.CampaignFigures(
                name=campaign.name,
                lead_list=names.get(campaign.list_id) if campaign.list_id is not None else None,
                **_leads(campaign, leads.get(campaign.list_id or 0), buttons),
                today=_calls(campaign, calls.get(campaign.id, call_tally.Calls()).counts),
                minutes=_minutes(first, minutes.get(campaign.id, {})),
            )
            for campaign in sorted(found, key=lambda item: item.name.casefold())
        ],
    )


def _leads(campaign: Campaign, counted: ListCounts | None, buttons: list[Disposition]) -> dict[str, object]:
    if counted is None:
        return {}
    exhausted = counted.exhausted(campaign.settings.max_retries)
    fresh, callback = counted.states[LeadState.FRESH], counted.states[LeadState.CALLBACK]
    retry = counted.states[LeadState.RETRY] - exhausted
    return {
        "dispositions": disposition_counts(counted, buttons),
        "exhausted": exhausted,
        "left": models.LeadsLeft(fresh=fresh, retry=retry, callback=callback, total=fresh + retry + callback),
    }


def _calls(campaign: Campaign, counts: CallCounts) -> models.CallFigures:
    return models.CallFigures(
        attempts=counts.attempts,
        answered=counts.answered,
        connected=counts.connected,
        abandoned=counts.abandoned,
        late=counts.late,
        by_hand=counts.by_hand,
        abandon_rate=abandon_rate(counts, campaign.settings.compliance_profile),
    )


def _minutes(first: datetime, counted: dict[datetime, CallCounts]) -> list[models.MinuteFigures]:
    found = []
    for index in range(_MINUTES):
        at = first + timedelta(minutes=index)
        counts = counted.get(at, CallCounts())
        found.append(
            models.MinuteFigures(at=at, calls=counts.attempts, answered=counts.answered, abandoned=counts.abandoned)
        )
    return found

"""Pacing as a supervisor sees it."""

from minidialer.control.models import pacing as models
from minidialer.control.models.base import Named
from minidialer.control.sentences import to_wire
from minidialer.domain.snapshot import campaign_snapshot
from minidialer.store import campaigns

from .desk import Actor, Desk
from .pacing_views import budget, explanation, learned


async def show(desk: Desk, actor: Actor, params: Named) -> models.Pacing:
    """The budget, what was learned, and the last decision."""
    del actor
    async with desk.database.read() as conn:
        stored = await campaigns.find(conn, params.name)
    now = desk.clock()
    campaign = desk.floor.campaigns.get(stored.id, stored)
    run = desk.floor.run(campaign.id)
    run.pacing.turn_to(now)
    return models.Pacing(
        campaign=campaign.name,
        mode=campaign.settings.pacing_mode.value,
        decision=to_wire(campaign_snapshot(desk.floor, campaign, now).decision),
        budget=budget(campaign, run.pacing.predictive),
        learned=learned(campaign, run.pacing.predictive),
        explanation=explanation(run.explanation),
    )

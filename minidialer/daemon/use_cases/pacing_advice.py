"""What each pacing mode would give for a campaign's team and list."""

from minidialer.control.models import pacing as models
from minidialer.control.sentences import ControlError
from minidialer.domain.agent import AgentState
from minidialer.domain.campaign import Campaign, WhenAllBusy
from minidialer.domain.floor import Floor
from minidialer.domain.pacing.model import Model
from minidialer.domain.pacing.pacer import CampaignPacing
from minidialer.simulation.advice import AdviceOrder
from minidialer.store import campaigns

from .desk import Actor, Desk
from .pacing_views import learned

USUAL_PERCENT = 100  # of mode power, where the campaign has no overdial
_SHORTEST = 0.1  # seconds


async def advice(desk: Desk, actor: Actor, params: models.AdviceOf) -> models.Advice:
    """Simulated with the figures learned so far, and with what is usual where nothing was learned."""
    del actor
    async with desk.database.read() as conn:
        stored = await campaigns.find(conn, params.name)
    campaign = desk.floor.campaigns.get(stored.id, stored)
    pacing = desk.floor.run(campaign.id).pacing
    figures = _rounded(learned(campaign, pacing.predictive))
    agents, team = _team(desk.floor, campaign, params.agents)
    order = _order(desk.floor, campaign, pacing, figures, agents, params.overdial_percent)
    return models.Advice(
        campaign=campaign.name,
        mode=campaign.settings.pacing_mode.value,
        agents=agents,
        team=team,
        learned=figures,
        assumed=_assumed(pacing.predictive.model),
        hours=round(order.hours, 2),
        rows=await desk.adviser.rows(campaign.id, order),
    )


def _team(floor: Floor, campaign: Campaign, given: int | None) -> tuple[int, models.Team]:
    if given is not None:
        return given, "given"
    joined = sum(1 for agent in floor.joined(campaign.id) if agent.state is not AgentState.PAUSED)
    if joined:
        return joined, "joined"
    if not campaign.agent_ids:
        raise ControlError(
            "Nobody is assigned to “{campaign}”: assign agents, or give a number.", campaign=campaign.name
        )
    return len(campaign.agent_ids), "assigned"


def _order(  # noqa: PLR0917 — what it is made of
    floor: Floor,
    campaign: Campaign,
    pacing: CampaignPacing,
    figures: models.Learned,
    agents: int,
    percent: int | None,
) -> AdviceOrder:
    settings, model, trunk = campaign.settings, pacing.predictive.model, floor.trunk_of(campaign)
    percent = settings.overdial_percent if percent is None else percent
    if trunk is None:
        raise ControlError("“{campaign}” has no trunk: configure one.", campaign=campaign.name)
    return AdviceOrder(
        agents=agents,
        answer_rate=max(figures.answer_rate, 1.0) / 100,
        ring=max(figures.ring_seconds, _SHORTEST),
        talk=max(figures.talk_seconds, _SHORTEST),
        talk_spread=_two_digits(model.talks.spread),
        wrap=figures.wrap_up_seconds,
        wrap_spread=_two_digits(model.wrap_ups.spread),
        fixed_percent=percent or USUAL_PERCENT,
        ceiling_percent=percent,
        target=settings.abandon_target,
        compliance_profile=settings.compliance_profile,
        ring_timeout=settings.ring_timeout,
        answer_wait=settings.answer_wait,
        queue=settings.when_all_busy is WhenAllBusy.QUEUE,
        queue_wait=settings.queue_wait,
        max_attempts_per_5s=settings.max_attempts_per_5s,
        channels=trunk.channels,
        calls_per_second=trunk.calls_per_second,
        closes=bool(settings.calling_window.spans),
        learned=pacing.dump(),
    )


def _rounded(figures: models.Learned) -> models.Learned:
    """To two digits: the next talk alone makes no other question of it."""
    names = ("answer_rate", "answer_rate_error", "ring_seconds", "talk_seconds", "wrap_up_seconds")
    return figures.model_copy(update={name: _two_digits(getattr(figures, name)) for name in names})


def _two_digits(value: float) -> float:
    return float(f"{value:.2g}")


def _assumed(model: Model) -> list[str]:
    """Figures of which nothing was learned yet."""
    seen = {
        "answer_rate": model.answers.seen,
        "ring_seconds": model.answers.seen,
        "talk_seconds": model.talks.seen,
        "wrap_up_seconds": model.wrap_ups.seen,
    }
    return [name for name, count in seen.items() if not count]

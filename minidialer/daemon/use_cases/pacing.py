"""Pacing as a supervisor sees it."""

from minidialer.control.models import pacing as models
from minidialer.control.models.base import Named
from minidialer.control.sentences import to_wire
from minidialer.domain.campaign import Campaign, PacingMode
from minidialer.domain.pacing.budget import WINDOW_DAYS, Account, Budget
from minidialer.domain.pacing.decision import Explanation
from minidialer.domain.pacing.predictive import PredictivePacer
from minidialer.domain.snapshot import campaign_snapshot
from minidialer.store import campaigns

from .desk import Actor, Desk


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
        budget=_budget(campaign, run.pacing.predictive),
        learned=_learned(campaign, run.pacing.predictive),
        explanation=_explanation(run.explanation) if run.explanation is not None else None,
    )


def _budget(campaign: Campaign, pacer: PredictivePacer) -> models.Budget:
    target, budget = campaign.settings.abandon_target / 100, pacer.budget
    ahead = pacer.plan if campaign.settings.pacing_mode is PacingMode.PREDICTIVE else None
    credit = ahead.credit if ahead is not None else 0.0
    return models.Budget(
        target=campaign.settings.abandon_target,
        today=_account(budget.today, target),
        window=_account(budget.window, target),
        window_days=WINDOW_DAYS,
        credit=round(credit, 1),
        empty=_room(budget, target, credit) < 1,
    )


def _room(budget: Budget, target: float, credit: float) -> float:
    return budget.left(target) + credit


def _account(account: Account, target: float) -> models.Account:
    return models.Account(
        answered=account.answered,
        abandoned=account.abandoned,
        rate=_percent(account.rate),
        bound=_percent(account.bound),
        earned=round(target * account.answered, 1),
        spent=account.abandoned,
        left=round(account.left(target), 1),
    )


def _learned(campaign: Campaign, pacer: PredictivePacer) -> models.Learned:
    rate, error, ring = pacer.model.answers.summary(float(campaign.settings.ring_timeout))
    return models.Learned(
        answers=pacer.model.answers.seen,
        answer_rate=_percent(rate),
        answer_rate_error=_percent(error),
        ring_seconds=round(ring, 1),
        talk_seconds=round(pacer.model.talks.mean(), 1),
        wrap_up_seconds=round(pacer.model.wrap_ups.mean(), 1),
    )


def _explanation(why: Explanation) -> models.Explanation:
    return models.Explanation(
        ready=why.ready,
        soon_free=round(why.soon_free, 1),
        in_flight=why.in_flight,
        waiting=why.waiting,
        answer_rate=_percent(why.answer_rate),
        answer_rate_error=_percent(why.answer_rate_error),
        risk=_percent(why.risk),
        admitted_risk=_percent(why.admitted_risk),
        count=why.count,
        limit=why.limit.value,
    )


def _percent(fraction: float) -> float:
    return round(100 * fraction, 2)

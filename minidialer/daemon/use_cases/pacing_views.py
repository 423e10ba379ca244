"""What pacing keeps, as it travels: the abandon budget, what was learned, and why so many calls were placed."""

from minidialer.control.models import pacing as models
from minidialer.domain.campaign import Campaign, PacingMode
from minidialer.domain.pacing.budget import WINDOW_DAYS, Account
from minidialer.domain.pacing.decision import Explanation
from minidialer.domain.pacing.predictive import PredictivePacer


def budget(campaign: Campaign, pacer: PredictivePacer) -> models.Budget:
    """Both accounts. Only the mode that looks ahead goes by them: the others overdraw them and dial on."""
    target, accounts, left = campaign.settings.abandon_target / 100, pacer.budget, room(campaign, pacer)
    return models.Budget(
        target=campaign.settings.abandon_target,
        today=_account(accounts.today, target),
        window=_account(accounts.window, target),
        window_days=WINDOW_DAYS,
        room=round(left, 1),
        credit=round(credit(campaign, pacer), 1),
        empty=looks_ahead(campaign) and left < 1,
        exceeded=left < 0,
    )


def looks_ahead(campaign: Campaign) -> bool:
    """Does its mode go by the budget?"""
    return campaign.settings.pacing_mode is PacingMode.PREDICTIVE


def room(campaign: Campaign, pacer: PredictivePacer) -> float:
    """Abandoned calls that may still come by both accounts, the credit included."""
    return pacer.budget.left(campaign.settings.abandon_target / 100) + credit(campaign, pacer)


def credit(campaign: Campaign, pacer: PredictivePacer) -> float:
    """Abandoned calls that may come before they are earned, as of the last decision."""
    return pacer.plan.credit if looks_ahead(campaign) and pacer.plan is not None else 0.0


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


def learned(campaign: Campaign, pacer: PredictivePacer) -> models.Learned:
    """In whatever mode."""
    rate, error, ring = pacer.model.answers.summary(float(campaign.settings.ring_timeout))
    return models.Learned(
        answers=pacer.model.answers.seen,
        answer_rate=_percent(rate),
        answer_rate_error=_percent(error),
        ring_seconds=round(ring, 1),
        talk_seconds=round(pacer.model.talks.mean(), 1),
        wrap_up_seconds=round(pacer.model.wrap_ups.mean(), 1),
    )


def explanation(why: Explanation | None) -> models.Explanation | None:
    """None in a mode that does not look ahead."""
    if why is None:
        return None
    return models.Explanation(
        ready=why.ready,
        soon_free=None if why.soon_free is None else round(why.soon_free, 1),
        in_flight=why.in_flight,
        waiting=why.waiting,
        answer_rate=_percent(why.answer_rate),
        answer_rate_error=_percent(why.answer_rate_error),
        risk=None if why.risk is None else _percent(why.risk),
        admitted_risk=_percent(why.admitted_risk),
        count=why.count,
        limit=why.limit.value,
    )


def _percent(fraction: float) -> float:
    return round(100 * fraction, 2)

"""Pacing in words: why so many calls are placed, what that was seen by, and the abandon budget."""

from collections.abc import Iterator

from minidialer.control.models.base import WireSentence
from minidialer.control.models.pacing import Account, Budget, Explanation
from minidialer.control.models.watch import CampaignPanel
from minidialer.i18n import _, decimal
from minidialer.tui.text import spoken


def why(panel: CampaignPanel) -> str:
    """The decision; looking ahead only what held it, for what it was seen by has a line of its own."""
    held = panel.decision.values.get("limit")
    if panel.explanation is not None and isinstance(held, WireSentence):
        return spoken(held)
    return spoken(panel.decision)


def lines(panel: CampaignPanel, *, wide: bool) -> Iterator[tuple[str, str]]:
    """What it sees and what it may spend, for the mode that looks ahead; each line has a name."""
    if panel.explanation is not None:
        yield _("sees"), _seen(panel.explanation, wide=wide)
    elif panel.budget is not None:
        yield _("sees"), _("nothing: it does not dial")
    if panel.budget is not None:
        yield _("budget"), _money(panel.budget, wide=wide)


def _seen(seen: Explanation, *, wide: bool) -> str:
    said = _("{ready} ready, {soon} soon free, {in_flight} under way, {waiting} waiting, {rate} answer").format(
        ready=seen.ready,
        soon=soon_free(seen),
        in_flight=seen.in_flight,
        waiting=seen.waiting,
        rate=rate(seen),
    )
    if seen.risk is None or not wide or seen.limit == "risk":
        return said
    risks = _("risk of the next {risk}, admitted {admitted}").format(
        risk=f"{decimal(seen.risk, '.1f')} %", admitted=f"{decimal(seen.admitted_risk, '.1f')} %"
    )
    return f"{said}; {risks}"


def soon_free(seen: Explanation) -> str:
    """Agents, or a dash where nobody asked."""
    return "–" if seen.soon_free is None else decimal(seen.soon_free, ".1f")


def rate(seen: Explanation) -> str:
    """The answer rate with its uncertainty."""
    return f"{seen.answer_rate:.0f} ± {max(1.0, seen.answer_rate_error):.0f} %"


def _money(budget: Budget, *, wide: bool) -> str:
    days = _("{count} days").format(count=budget.window_days)
    return f"{_('today')} {_account(budget.today, wide=wide)}; {days} {_account(budget.window, wide=wide)}"


def _account(account: Account, *, wide: bool) -> str:
    """In people who may find no agent."""
    if wide:
        said = _("{earned} earned − {spent} lost = {left} left (<{bound})")
    else:
        said = _("{left} of {earned} left (<{bound})")
    return said.format(
        earned=decimal(account.earned, ".1f"),
        spent=account.spent,
        left=decimal(account.left, ".1f"),
        bound=f"{decimal(account.bound, '.1f')} %",
    )

"""`minidialer pacing`."""

from typing import TYPE_CHECKING, Annotated

import typer

from minidialer.cli.output import AsJson, said, write_model, write_pairs
from minidialer.cli.session import call
from minidialer.control.words import word
from minidialer.i18n import _, decimal

if TYPE_CHECKING:
    from minidialer.control.models.pacing import Account

Name = Annotated[str, typer.Argument(help=_("The campaign's name."), show_default=False)]


def pacing(name: Name, as_json: AsJson = False) -> None:
    """A campaign's abandon budget, what its pacing learned, and why it places so many calls."""
    from minidialer.cli.params import given
    from minidialer.control.models.pacing import SHOW

    seen = call(SHOW, given(SHOW, name=name))
    if as_json:
        write_model(seen)
        return
    budget, learned = seen.budget, seen.learned
    room = _("empty: one call for each ready agent") if budget.empty else _("open")
    days = _("last {count} days").format(count=budget.window_days)
    rate = f"{decimal(learned.answer_rate, 'g')} ± {decimal(learned.answer_rate_error, 'g')} %"
    write_pairs(
        [
            (_("campaign"), seen.campaign),
            (_("mode"), word(seen.mode)),
            (_("decision"), said(seen.decision)),
            (_("abandoned at most"), f"{decimal(budget.target, 'g')} %"),
            (_("budget"), room),
            (_("today"), _line(budget.today)),
            (days, _line(budget.window)),
            (_("answered of those called"), rate),
            (_("rings until answered"), f"{decimal(learned.ring_seconds, 'g')} s"),
            (_("talk"), f"{decimal(learned.talk_seconds, 'g')} s"),
            (_("wrap-up"), f"{decimal(learned.wrap_up_seconds, 'g')} s"),
        ]
    )


def _line(account: "Account") -> str:
    return _(
        "{abandoned} of {answered} abandoned, {rate} (below {bound} with {level} confidence); {left} of {earned} left"
    ).format(
        abandoned=account.abandoned,
        answered=account.answered,
        rate=f"{decimal(account.rate, 'g')} %",
        bound=f"{decimal(account.bound, 'g')} %",
        level="95 %",
        left=decimal(account.left, "g"),
        earned=decimal(account.earned, "g"),
    )

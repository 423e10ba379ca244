"""`minidialer pacing`."""

from typing import TYPE_CHECKING, Annotated

import typer

from minidialer.cli.errors import UsageError
from minidialer.cli.output import AsJson, narrate, said, write_model, write_pairs, write_table
from minidialer.cli.session import call
from minidialer.control.words import word
from minidialer.i18n import _, decimal

if TYPE_CHECKING:
    from minidialer.control.models.pacing import Account, Advice, Budget

Name = Annotated[str, typer.Argument(help=_("The campaign's name."), show_default=False)]


def pacing(
    name: Name,
    advice: Annotated[
        bool,
        typer.Option("--advice", help=_("Simulate what each mode would give for the team and list; takes seconds.")),
    ] = False,
    agents: Annotated[
        int | None, typer.Option(help=_("With --advice: a team of so many, not the present one."))
    ] = None,
    overdial: Annotated[int | None, typer.Option(help=_("With --advice: so many percent of overdial."))] = None,
    as_json: AsJson = False,
) -> None:
    """A campaign's abandon budget, what its pacing learned, and why it places so many calls."""
    if advice:
        _advise(name, agents, overdial, as_json=as_json)
    elif agents is not None or overdial is not None:
        raise UsageError("--agents and --overdial go with --advice: give it as well.")
    else:
        _show(name, as_json=as_json)


def _show(name: str, *, as_json: bool) -> None:
    from minidialer.cli.params import given
    from minidialer.control.models.pacing import SHOW

    seen = call(SHOW, given(SHOW, name=name))
    if as_json:
        write_model(seen)
        return
    budget, learned = seen.budget, seen.learned
    days = _("last {count} days").format(count=budget.window_days)
    rate = f"{decimal(learned.answer_rate, 'g')} ± {decimal(learned.answer_rate_error, 'g')} %"
    write_pairs(
        [
            (_("campaign"), seen.campaign),
            (_("mode"), word(seen.mode)),
            (_("decision"), said(seen.decision)),
            (_("abandoned at most"), f"{decimal(budget.target, 'g')} %"),
            (_("budget"), state_of(budget)),
            (_("today"), _line(budget.today)),
            (days, _line(budget.window)),
            (_("answered of those called"), rate),
            (_("rings until answered"), f"{decimal(learned.ring_seconds, 'g')} s"),
            (_("talk"), f"{decimal(learned.talk_seconds, 'g')} s"),
            (_("wrap-up"), f"{decimal(learned.wrap_up_seconds, 'g')} s"),
        ]
    )


def _advise(name: str, agents: int | None, overdial: int | None, *, as_json: bool) -> None:
    from minidialer.cli.params import given
    from minidialer.control.models.pacing import ADVICE

    found = call(ADVICE, given(ADVICE, name=name, agents=agents, overdial_percent=overdial))
    if as_json:
        write_model(found)
        return
    narrate(about(found))
    write_table(
        [_("mode"), _("utilisation"), _("talking"), _("wait between calls"), _("abandoned")],
        (
            (
                word(row.mode) + (f" +{row.overdial_percent} %" if row.overdial_percent else ""),
                f"{decimal(row.utilisation, '.1f')} %",
                f"{decimal(row.talk_utilisation, '.1f')} %",
                f"{decimal(row.wait_seconds, '.1f')} s",
                f"{decimal(row.abandon_rate, '.2f')} % ({row.abandoned}/{row.answered})",
            )
            for row in found.rows
        ),
    )


def about(found: "Advice") -> str:
    """What was simulated."""
    teams = {
        "joined": _("agents who have joined: {count}"),
        "assigned": _("assigned agents: {count}"),
        "given": _("agents: {count}"),
    }
    said = _("{team}; {rate} answer after {ring}, talk {talk}, form {form}; {hours} h simulated").format(
        team=teams[found.team].format(count=found.agents),
        rate=f"{decimal(found.learned.answer_rate, 'g')} %",
        ring=f"{decimal(found.learned.ring_seconds, 'g')} s",
        talk=f"{decimal(found.learned.talk_seconds, 'g')} s",
        form=f"{decimal(found.learned.wrap_up_seconds, 'g')} s",
        hours=decimal(found.hours, "g"),
    )
    named = {
        "answer_rate": _("answered of those called"),
        "ring_seconds": _("rings until answered"),
        "talk_seconds": _("talk"),
        "wrap_up_seconds": _("wrap-up"),
    }
    if not found.assumed:
        return said
    names = ", ".join(named.get(name, name) for name in found.assumed)
    assumed = _("Assumed, for nothing was learned of it yet: {names}.").format(names=names)
    return f"{said}\n{assumed}"


def state_of(budget: "Budget") -> str:
    """What the campaign may lose still, by both accounts and with what it may spend ahead."""
    if budget.empty:
        return _("empty: one call for each ready agent")
    if budget.exceeded:
        return _("exceeded: more were lost than may be")
    values = {"room": decimal(budget.room, "g"), "credit": decimal(budget.credit, "g")}
    if budget.credit > 0:
        return _("open: {room} may be lost, {credit} of them not earned yet").format(**values)
    return _("open: {room} may be lost").format(**values)


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

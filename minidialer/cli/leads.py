"""`minidialer leads`."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from minidialer.cli.group import new_group
from minidialer.cli.output import AsJson, narrate, write_model, write_models, write_table
from minidialer.cli.session import call, caller
from minidialer.control.words import word
from minidialer.i18n import _, ngettext

if TYPE_CHECKING:
    from minidialer.control.models.leads import Lead

app = new_group(_("Leads: the people to call."), lists_alone=False)
Number = Annotated[str, typer.Argument(help=_("A phone number, written in any way."), show_default=False)]
OneList = Annotated[str | None, typer.Option("--list", help=_("In this list only."))]
_PAGE = 2000


@app.command("list", help=_("List the leads of a list, in the order of import."))
def list_leads(
    lead_list: Annotated[str, typer.Option("--list", help=_("The list."), show_default=False)],
    state: Annotated[
        str | None,
        typer.Option("--state", help=_("Only these: fresh, retry, callback, live, closed or exhausted.")),
    ] = None,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help=_("At most so many."))] = None,
    as_json: AsJson = False,
) -> None:
    """A list's leads."""
    found = _pages(lead_list, state, limit)
    if as_json:
        write_models(found)
    else:
        _table(found)


@app.command("find", help=_("Find the leads with a number."))
def find(number: Number, lead_list: OneList = None, as_json: AsJson = False) -> None:
    """In all lists."""
    from minidialer.cli.params import given
    from minidialer.control.models.leads import FIND

    found = call(FIND, given(FIND, number=number, lead_list=lead_list)).leads
    if as_json:
        write_models(found)
    elif not found:
        narrate(_("No list has this number."))
        raise typer.Exit(1)
    else:
        _table(iter(found))


@app.command("history", help=_("Show every attempt to a number, and what the agents saved."))
def history(number: Number, lead_list: OneList = None, as_json: AsJson = False) -> None:
    """What became of a number."""
    from minidialer.cli.params import given
    from minidialer.control.models.leads import HISTORY

    lines = call(HISTORY, given(HISTORY, number=number, lead_list=lead_list)).lines
    if as_json:
        write_models(lines)
        return
    columns = [
        _("called at"), _("list"), _("campaign"), _("outcome"), _("agent"), _("disposition"), _("next call"),
        _("notes"), _("detail"),
    ]  # fmt: skip
    write_table(
        columns,
        (
            (
                line.claimed_at,
                line.lead_list,
                line.campaign,
                word(line.outcome or line.state),
                line.agent,
                line.disposition,
                line.callback_at,
                line.notes,
                line.detail,
            )
            for line in lines
        ),
    )


@app.command("reset-attempts", help=_("Start attempt counters again, so that exhausted leads are called."))
def reset_attempts(
    lead_list: Annotated[str | None, typer.Option("--list", help=_("Of this list."))] = None,
    number: Annotated[str | None, typer.Option("--number", help=_("Of this number."))] = None,
    as_json: AsJson = False,
) -> None:
    """Of a list, a number, or both."""
    from minidialer.cli.params import given
    from minidialer.control.models.leads import RESET

    done = call(RESET, given(RESET, lead_list=lead_list, number=number))
    if as_json:
        write_model(done)
    else:
        text = ngettext("{count} lead starts again.", "{count} leads start again.", done.count)
        narrate(text.format(count=done.count))


def _pages(lead_list: str, state: str | None, limit: int | None) -> "Iterator[Lead]":
    from minidialer.cli.params import given
    from minidialer.control.models.leads import LIST

    with caller() as daemon:
        after, left = 0, limit
        while left is None or left > 0:
            size = _PAGE if left is None else min(left, _PAGE)
            page = daemon.call(LIST, given(LIST, lead_list=lead_list, state=state, limit=size, after=after))
            yield from page.leads
            left = None if left is None else left - len(page.leads)
            if page.next is None:
                return
            after = page.next


def _table(found: "Iterator[Lead]") -> None:
    columns = [
        _("number"), _("list"), _("state"), _("attempts"), _("due"), _("owner"), _("disposition"), _("fields"),
    ]  # fmt: skip
    write_table(
        columns,
        (
            (
                lead.number,
                lead.lead_list,
                _("do not call") if lead.do_not_call else word(lead.state),
                lead.attempts,
                lead.due_at,
                lead.owner,
                lead.disposition,
                ", ".join(f"{name}: {value}" for name, value in lead.fields.items() if value),
            )
            for lead in found
        ),
    )

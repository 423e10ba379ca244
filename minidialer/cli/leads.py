"""`minidialer leads`."""

from typing import Annotated

import typer

from minidialer.cli import lead_edits
from minidialer.cli.group import new_group
from minidialer.cli.leads_table import pages, write_leads
from minidialer.cli.output import AsJson, narrate, write_model, write_models, write_table
from minidialer.cli.session import call
from minidialer.control.words import word
from minidialer.i18n import _, ngettext

app = new_group(_("Leads: the people to call."), lists_alone=False)
Number = Annotated[str, typer.Argument(help=_("A phone number, written in any way."), show_default=False)]
OneList = Annotated[str | None, typer.Option("--list", help=_("In this list only."))]


@app.command("list", help=_("List the leads of a list, in the order of import."))
def list_leads(
    lead_list: Annotated[str, typer.Option("--list", help=_("The list."), show_default=False)],
    state: Annotated[
        str | None,
        typer.Option("--state", help=_("Only these: fresh, retry, callback, live, closed, exhausted or do_not_call.")),
    ] = None,
    search: Annotated[
        str | None,
        typer.Option(
            "--search", help=_("Only with this: digits are part of the number, else part of notes or fields.")
        ),
    ] = None,
    search_in: Annotated[
        str | None, typer.Option("--in", metavar="number|text", help=_("Where to search, whatever it looks like."))
    ] = None,
    disposition: Annotated[str | None, typer.Option("--disposition", help=_("Only with this one saved last."))] = None,
    owner: Annotated[str | None, typer.Option("--owner", help=_("Only this agent's own."))] = None,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help=_("At most so many."))] = None,
    as_json: AsJson = False,
) -> None:
    """A list's leads."""
    found = pages(
        limit,
        lead_list=lead_list,
        state=state,
        search=search,
        search_in=search_in,
        disposition=disposition,
        owner=owner,
    )
    if as_json:
        write_models(found)
    else:
        write_leads(found)


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
        write_leads(found)


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


app.command("show", help=_("Show one lead with its history."))(lead_edits.show)
app.command("edit", help=_("Change a lead that is not being called."))(lead_edits.edit)
app.command("do-not-call", help=_("Mark a number as not to be called, in every list."))(lead_edits.do_not_call)
app.command("export", help=_("Write the leads of a list to a .csv or .xlsx file."))(lead_edits.export)

"""`minidialer leads show`, `edit`, `do-not-call` and `export`."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from minidialer.cli.errors import UsageError
from minidialer.cli.leads_table import pages
from minidialer.cli.output import AsJson, local, narrate, write_model, write_pairs
from minidialer.cli.session import call, settings
from minidialer.control.words import word
from minidialer.i18n import _, ngettext

if TYPE_CHECKING:
    from minidialer.control.models.leads import LeadDetail

LeadId = Annotated[
    int, typer.Argument(metavar="ID", help=_("The lead's id, as `leads list` shows it."), show_default=False)
]


def show(lead: LeadId, as_json: AsJson = False) -> None:
    """All that is known of one lead."""
    from minidialer.cli.params import given
    from minidialer.control.models.leads import SHOW

    _write(call(SHOW, given(SHOW, id=lead)), as_json)


def edit(
    lead: LeadId,
    changes: Annotated[
        list[str] | None, typer.Argument(metavar="[FIELD=VALUE]...", help=_("Fields; FIELD- takes one away."))
    ] = None,
    notes: Annotated[str | None, typer.Option("--notes", help=_("The notes."))] = None,
    disposition: Annotated[
        str | None, typer.Option("--disposition", help=_("As if an agent had chosen it; empty: forget the last one."))
    ] = None,
    owner: Annotated[
        str | None, typer.Option("--owner", help=_("The agent whose lead it is; empty: nobody's."))
    ] = None,
    due: Annotated[
        str | None, typer.Option("--due", help=_("When to call, like 2026-05-04T09:30; empty: in its turn."))
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Change what is given."""
    from minidialer.cli.params import given
    from minidialer.control.models.leads import EDIT

    typed: dict[str, Any] = {"notes": notes, "disposition": disposition, "owner": owner}
    wish = given(EDIT, id=lead, fields=_fields(changes or []), **typed)
    if due is not None:
        wish = EDIT.params.model_validate({**wish.model_dump(exclude_unset=True), "due_at": _moment(due)})
    _write(call(EDIT, wish), as_json)


def do_not_call(
    number: Annotated[str, typer.Argument(help=_("A phone number, written in any way."), show_default=False)],
    lead_list: Annotated[str | None, typer.Option("--list", help=_("In this list only."))] = None,
    off: Annotated[bool, typer.Option("--off", help=_("It may be called again."))] = False,
    as_json: AsJson = False,
) -> None:
    """Mark a number."""
    from minidialer.cli.params import given
    from minidialer.control.models.leads import DO_NOT_CALL

    done = call(DO_NOT_CALL, given(DO_NOT_CALL, number=number, lead_list=lead_list, on=not off))
    if as_json:
        write_model(done)
    else:
        narrate(ngettext("{count} lead changed.", "{count} leads changed.", done.count).format(count=done.count))


def export(
    file: Annotated[Path, typer.Argument(help=_("Where to: a .csv or .xlsx file."), show_default=False)],
    lead_list: Annotated[str, typer.Option("--list", help=_("The list."), show_default=False)],
    state: Annotated[
        str | None,
        typer.Option("--state", help=_("Only these: fresh, retry, callback, live, closed, exhausted or do_not_call.")),
    ] = None,
    disposition: Annotated[str | None, typer.Option("--disposition", help=_("Only with this one saved last."))] = None,
    owner: Annotated[str | None, typer.Option("--owner", help=_("Only this agent's own."))] = None,
    search: Annotated[
        str | None, typer.Option("--search", help=_("Only with this in number, notes or fields."))
    ] = None,
    delimiter: Annotated[str, typer.Option("--delimiter", help=_("Delimiter of a .csv file: ; or ,"))] = ";",
) -> None:
    """Write leads to a file, with the rights of whoever runs this."""
    from minidialer.exporting.leads import LeadsFile

    if delimiter not in (";", ",", "tab", "\t"):
        raise UsageError("--delimiter {given}: use ; or , or the word tab.", given=delimiter)
    found = pages(lead_list=lead_list, state=state, disposition=disposition, owner=owner, search=search)
    with LeadsFile(file, zone=settings().zone, delimiter="\t" if delimiter == "tab" else delimiter) as leads:
        leads.add(found)
        count = leads.finish()
    narrate(
        ngettext("{count} lead is in {file}.", "{count} leads are in {file}.", count).format(count=count, file=file)
    )


def _fields(changes: list[str]) -> dict[str, str | None] | None:
    fields: dict[str, str | None] = {}
    for change in changes:
        name, equals, value = change.partition("=")
        if equals and name:
            fields[name] = value
        elif not equals and len(change) > 1 and change.endswith("-"):
            fields[change[:-1]] = None
        else:
            raise UsageError("{change}: write FIELD=VALUE, or FIELD- to take a field away.", change=change)
    return fields or None


def _moment(typed: str) -> datetime | None:
    """On the call centre's clock unless a zone is given."""
    if not typed:
        return None
    try:
        moment = datetime.fromisoformat(typed)
    except ValueError:
        raise UsageError("--due {given}: write it like 2026-05-04T09:30.", given=typed) from None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=settings().zone)


def _write(seen: "LeadDetail", as_json: bool) -> None:
    if as_json:
        write_model(seen)
        return
    lead = seen.lead
    write_pairs(
        [
            (_("number"), lead.number),
            (_("list"), lead.lead_list),
            (_("state"), _("do not call") if lead.do_not_call else word(lead.state)),
            (_("attempts"), lead.attempts),
            (_("due"), lead.due_at),
            (_("owner"), lead.owner),
            (_("disposition"), lead.disposition),
            (_("notes"), lead.notes),
            (_("import"), f"{seen.import_id}: {seen.import_file}" if seen.import_id is not None else None),
            *lead.fields.items(),
            *((local(line.claimed_at), _call(line)) for line in seen.history),
        ]
    )


def _call(line: Any) -> str:
    told = (word(line.outcome or line.state), line.agent, line.disposition, line.notes)
    return ", ".join(part for part in told if part)

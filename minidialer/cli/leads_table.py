"""Leads on the terminal, and asking for them a page at a time."""

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from minidialer.cli.output import write_table
from minidialer.cli.session import caller
from minidialer.control.words import word
from minidialer.i18n import _

if TYPE_CHECKING:
    from minidialer.control.models.leads import Lead, LeadsFound

_PAGE = 500


def pages(
    limit: int | None = None, seen: "Callable[[LeadsFound], None] | None" = None, **wanted: Any
) -> "Iterator[Lead]":
    """All leads that are wanted (see `leads.page`), at most `limit`; `seen` gets each page. Raises ControlError."""
    from minidialer.cli.params import given
    from minidialer.control.models.leads import PAGE

    with caller() as daemon:
        after, left = 0, limit
        while left is None or left > 0:
            size = _PAGE if left is None else min(left, _PAGE)
            page = daemon.call(PAGE, given(PAGE, limit=size, after=after, **wanted))
            if seen is not None:
                seen(page)
            yield from page.leads
            left = None if left is None else left - len(page.leads)
            if page.next is None:
                return
            after = page.next


def write_leads(found: "Iterable[Lead]") -> None:
    """A line a lead."""
    columns = [
        _("number"), _("list"), _("state"), _("attempts"), _("due"), _("owner"), _("disposition"), _("fields"), _("id"),
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
                lead.id,
            )
            for lead in found
        ),
    )

"""Leads that must not be called, marked and unmarked."""

from collections.abc import Sequence

from minidialer.control.models.leads import DO_NOT_CALL, DoNotCall, Lead
from minidialer.i18n import _, ngettext
from minidialer.tui.page import Page
from minidialer.tui.text import thousands


async def mark_leads(page: Page, rows: Sequence[Lead]) -> bool:
    """Mark these, or unmark them when all are marked; here or in every list. Within an action. Raises ControlError."""
    if not rows:
        return False
    on = not all(row.do_not_call for row in rows)
    name = rows[0].number if len(rows) == 1 else _("{count} leads").format(count=thousands(len(rows)))
    title = _("Never call {who} again?") if on else _("Allow calls to {who} again?")
    places = [("here", _("in this list only")), ("everywhere", _("in every list that has the number"))]
    text = _("A call under way goes on.") if on else ""
    where = await page.choose(title.format(who=name), places, text=text)
    if where is None:
        return False
    count = 0
    for row in rows:
        if row.do_not_call != on or where == "everywhere":
            which = DoNotCall(id=row.id, on=on) if where == "here" else DoNotCall(number=row.number, on=on)
            count += (await page.call(DO_NOT_CALL, which)).count
    done = ngettext("{count} lead changed.", "{count} leads changed.", count)
    page.tell(done.format(count=thousands(count)))
    return True

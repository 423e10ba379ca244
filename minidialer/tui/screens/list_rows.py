"""What the lists' page shows of a list: a line in the table, lines about the one under the cursor, and what goes."""

from collections.abc import Iterator

from minidialer.control.models.lists import LeadList, ListRemoval
from minidialer.i18n import N_, _, ngettext
from minidialer.tui.text import thousands
from minidialer.tui.widgets.columns import Cell, Column

TO_CALL = ("fresh", "retry", "callback")


def figure(number: int, style: str = "") -> Cell:
    """A count; nothing much for none, so that the others stand out."""
    return Cell(thousands(number), style) if number else Cell("·", "dim")


def _count(state: str, style: str = "") -> Column[LeadList]:
    return Column(
        _TITLES[state],
        lambda row: figure(row.states.get(state, 0), style),
        width=7,
        right=True,
        order=lambda row: -row.states.get(state, 0),
    )


_TITLES = {
    "fresh": N_("fresh"),
    "retry": N_("retries"),
    "callback": N_("agreed"),
    "exhausted": N_("exhausted"),
    "closed": N_("closed"),
}
COLUMNS: tuple[Column[LeadList], ...] = (
    Column(N_("name"), lambda row: row.name, width=14, grow=3, order=lambda row: row.name.lower()),
    Column(N_("leads"), lambda row: figure(row.leads), width=9, right=True, order=lambda row: -row.leads),
    _count("fresh", "good"),
    _count("retry"),
    _count("callback"),
    _count("exhausted", "warn"),
    _count("closed"),
    Column(N_("barred"), lambda row: figure(row.do_not_call), width=6, right=True, drop=1),
    Column(
        N_("dialled by"), lambda row: ", ".join(row.campaigns) or Cell(_("nobody"), "dim"), width=20, grow=2, drop=2
    ),
)


def detail(row: LeadList) -> Iterator[tuple[str, str]]:
    """Lines about one list, each with its name."""
    states = {state: thousands(row.states.get(state, 0)) for state in (*TO_CALL, "exhausted", "closed", "live")}
    yield (
        _("still to call"),
        _("{fresh} fresh, {retry} to be retried, {callback} callbacks at an agreed time").format(
            fresh=states["fresh"], retry=states["retry"], callback=states["callback"]
        ),
    )
    yield (
        _("not any more"),
        _("{closed} closed, {exhausted} exhausted, {barred} never to be called").format(
            closed=states["closed"], exhausted=states["exhausted"], barred=thousands(row.do_not_call)
        ),
    )
    yield _("dialled by"), ", ".join(row.campaigns) or _("no campaign: F1 has them")
    if row.states.get("exhausted"):
        yield _("hint"), _("`r` starts attempt counters again: exhausted leads are called once more.")
    elif not row.leads:
        yield _("hint"), _("`i` imports a file of numbers into it.")


def going(row: LeadList, what: ListRemoval) -> str:
    """What goes with a list, a line each."""
    if not row.leads:
        return _("It is empty: nothing else goes with it.")
    lines = [
        ngettext("{count} lead goes", "{count} leads go", what.leads).format(count=thousands(what.leads))
        + " "
        + _("({to_call} of them still to be called).").format(to_call=thousands(what.to_call))
    ]
    for count, text in (
        (what.callbacks, _("Agreed calls that nobody will make: {count}.")),
        (what.private, _("Numbers of agents' own: {count}.")),
        (what.imports, _("Imports that can no longer be undone: {count}.")),
        (what.do_not_call, _("Numbers marked never to be called: {count}; other lists do not know these marks.")),
    ):
        if count:
            lines.append(text.format(count=thousands(count)))
    lines.append(_("Calls that were made stay in histories and statistics."))
    return "\n".join(lines)

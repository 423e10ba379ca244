"""Times to look back on: the words for them, and asking for any other."""

from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from minidialer.control.sentences import ControlError
from minidialer.i18n import N_, _
from minidialer.tui.page import Page

_DAY = "%Y-%m-%d"
_LENGTH_OF_A_DAY = len("2026-05-04")
WORDS = {
    "today": N_("Today"),
    "yesterday": N_("Yesterday"),
    "this-week": N_("This week"),
    "last-week": N_("Last week"),
    "this-month": N_("This month"),
    "last-month": N_("Last month"),
}


@dataclass(frozen=True)
class Period:
    """A time as the daemon takes it: a word, a day or a moment, and where it ends if it does not say so itself."""

    since: str = "today"
    until: str | None = None

    @property
    def label(self) -> str:
        """In the reader's language."""
        if self.until is None and self.since in WORDS:
            return _(WORDS[self.since])
        if self.until in {None, self.since}:
            return self.since
        return _("{since} to {until}").format(since=self.since, until=self.until)


TODAY = Period()
EVER = Period("")
_OTHER = "other"


async def ask_period(page: Page, now: Period, *, ever: bool = False) -> Period | None:
    """One of the words, or two days or moments typed in. `ever`: offer EVER as well. Within an action."""
    words = {EVER.since: N_("Any time"), **WORDS} if ever else WORDS
    options = [*((word, _(said)) for word, said in words.items()), (_OTHER, _("Other days…"))]
    chosen = await page.choose(_("Which time?"), options, value=now.since if now.since in words else _OTHER)
    if chosen != _OTHER:
        return Period(chosen) if chosen is not None else None
    today = page.supervisor.local(page.supervisor.now(), _DAY)
    text = _("A day like {day}, or a moment like {day} 09:30.").format(day=today)
    since = await page.ask(_("From"), text, value=_typed(now), fault=_fault)
    if since is None:
        return None
    text = _("A day, which is included, or a moment.")
    until = await page.ask(_("To"), text, value=since if _is_day(since) else today, fault=_fault)
    return Period(since.strip(), until.strip()) if until is not None else None


def span(since: datetime, until: datetime, zone: tzinfo) -> str:
    """From when to when, on that clock; the day once where it is the same."""
    begin, end = since.astimezone(zone), until.astimezone(zone)
    if begin.date() == end.date():
        return f"{begin:%Y-%m-%d %H:%M}–{end:%H:%M}"
    return f"{begin:%Y-%m-%d %H:%M} – {end:%Y-%m-%d %H:%M}"


def _typed(now: Period) -> str:
    return now.since if now.since not in WORDS else ""


def _is_day(text: str) -> bool:
    return len(text.strip()) == _LENGTH_OF_A_DAY


def _fault(typed: str) -> ControlError | None:
    text = typed.strip()
    try:
        if _is_day(text):
            date.fromisoformat(text)
        else:
            datetime.fromisoformat(text)
    except ValueError:
        return ControlError("This is no day and no moment.")
    return None

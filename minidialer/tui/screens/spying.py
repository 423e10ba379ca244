"""Listening in on a talk from one's own telephone."""

from typing import cast

from minidialer.control.models import agents
from minidialer.control.models.agents import AgentSpy, SpyMode
from minidialer.i18n import N_, _
from minidialer.tui.page import Page
from minidialer.tui.widgets.fields import value_fault

MODES = {
    "listen": N_("listen: nobody hears you"),
    "whisper": N_("whisper: only the agent hears you"),
    "barge": N_("join in: both hear you"),
}
_SHORT = {"listen": N_("listening"), "whisper": N_("whispering"), "barge": N_("talking with both")}
_OTHER = "other"


async def spy(page: Page, login: str, who: str) -> None:
    """Ask how and from which telephone, which is remembered till the program ends. Raises ControlError."""
    app = page.supervisor
    while True:
        app.extension = app.extension or await _telephone(page, "") or ""
        if not app.extension:
            return
        mode = await _mode(page, who)
        if mode is None:
            return
        if mode != _OTHER:
            break
        app.extension = await _telephone(page, app.extension) or app.extension
    asked = AgentSpy(login=login, mode=cast("SpyMode", mode), extension=app.extension)
    spying = await page.call(agents.SPY, asked)
    if spying.changed:
        said = _("{extension} is in the talk already: now {mode}.")
        page.tell(said.format(extension=spying.extension, mode=_(_SHORT[spying.mode])))
    else:
        said = _("{extension} rings: pick it up to hear the talk with {number}.")
        page.tell(said.format(extension=spying.extension, number=spying.number))


async def _mode(page: Page, who: str) -> str | None:
    ways = [*((mode, _(said)) for mode, said in MODES.items()), (_OTHER, _("from another telephone"))]
    text = _("Your telephone {extension} rings. It is noted in the audit.").format(extension=page.supervisor.extension)
    return await page.choose(_("Into the talk of {who}").format(who=who), ways, text=text)


async def _telephone(page: Page, present: str) -> str | None:
    return await page.ask(
        _("Your own telephone"),
        _("The SIP account of the telephone beside you; it is remembered till you quit."),
        value=present,
        fault=value_fault(AgentSpy, "extension"),
    )

"""What a supervisor orders of agents, from whichever screen: pause, come back, log out, listen in."""

from collections.abc import Awaitable, Callable, Sequence

from minidialer.control.models import agents
from minidialer.control.models.agents import AgentKey, AgentLogOut, AgentPause
from minidialer.control.sentences import ControlError
from minidialer.i18n import _
from minidialer.tui.page import Page
from minidialer.tui.widgets.fields import value_fault

from .agent_rows import Row
from .spying import spy


async def pause(page: Page, rows: Sequence[Row]) -> bool:
    """Those who are paused, or are to be after their call, come back if all chosen ones are. Was anything ordered?"""
    present = [row for row in rows if row.state != "logged_out" and row.campaign]
    if not present:
        if rows:
            page.tell(_("{who}: in no campaign, there is nothing to pause.").format(who=names(rows)))
        return False
    if all(row.state == "paused" or row.agent.after_call == "pause" for row in present):
        await each(page, present, lambda row: page.call(agents.RESUME, AgentKey(login=row.agent.login)))
        return True
    title = _("Pause {who}").format(who=names(present))
    force = await _force(page, title, present)
    if force is None:
        return False
    user = page.supervisor.session.hello.user if page.supervisor.session.hello is not None else ""
    text = _("Why? The agent sees it, and the statistics count by it.")
    reason = await page.ask(title, text, value=user, fault=value_fault(AgentPause, "reason"))
    if reason is None:
        return False
    await each(
        page,
        [row for row in present if row.state != "paused"],
        lambda row: page.call(agents.PAUSE, AgentPause(login=row.agent.login, reason=reason, force=force)),
    )
    return True


async def log_out(page: Page, rows: Sequence[Row]) -> bool:
    """Those who are not logged out already. Was anything ordered?"""
    inside = [row for row in rows if row.state != "logged_out"]
    if not inside:
        page.tell(_("{who}: logged out already.").format(who=names(rows)))
        return False
    title = _("Log out {who}").format(who=names(inside))
    if any(row.busy for row in inside):
        force = await _force(page, title, inside)
    else:
        force = False if await page.confirm(f"{title}?", yes=_("Log out")) else None
    if force is None:
        return False
    await each(page, inside, lambda row: page.call(agents.LOG_OUT, AgentLogOut(login=row.agent.login, force=force)))
    return True


async def listen(page: Page, row: Row) -> None:
    """Into the talk of this agent, if there is one."""
    if row.state == "in_call":
        await spy(page, row.agent.login, row.who)
    else:
        page.tell(_("{who} is in no talk just now.").format(who=row.who))


async def each(page: Page, rows: Sequence[Row], order: Callable[[Row], Awaitable[object]]) -> None:
    """Give it to each; a refusal of one does not keep it from the others."""
    for row in rows:
        try:
            await order(row)
        except ControlError as error:
            page.refused(error)


async def _force(page: Page, title: str, rows: Sequence[Row]) -> bool | None:
    """By force? None: not at all. Who has no call and no form is not asked about."""
    if not any(row.busy for row in rows):
        return False
    ways = [
        (False, _("politely: after the present call and form")),
        (True, _("at once: the talk goes on, its form is set aside")),
    ]
    return await page.choose(title, ways)


def names(rows: Sequence[Row]) -> str:
    """As a supervisor calls them."""
    return ", ".join(row.who for row in rows)

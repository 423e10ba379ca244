"""What the agents' pages need of the daemon: `agent_web.services.Services` over the desk.

Every method finds the agent by the session's token, and nobody reaches anything by a number they made up.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from datetime import date, datetime, timedelta

from minidialer.agent_web import services as pages
from minidialer.daemon.use_cases.desk import Actor, Desk
from minidialer.daemon.use_cases.seat import save_form, talk_is_stored
from minidialer.domain.agent import Agent, AgentState
from minidialer.domain.attempt import AttemptState
from minidialer.domain.events import (
    HangUp,
    Join,
    Leave,
    LogOut,
    Pause,
    Resume,
    SendDigit,
    Transfer,
)
from minidialer.domain.sentence import RefusedError, Sentence
from minidialer.store import drafts, forms

from . import callbacks, connections, statistics
from .form_view import form_of
from .holding import Holding
from .sessions import Sessions
from .signing_in import SigningIn, seat_of
from .transfers import channel_for
from .typed import GONE, changeable, check_lengths
from .watch import Watch

log = logging.getLogger(__name__)
_LOOK = 0.25  # seconds between two looks at pages that may be gone
_TRIES = 5  # of putting a view together; another change follows with a view of its own
_RELEASE = 20.0  # seconds between two looks at leads handed out


class PageServices:
    """One for the daemon. `start` once, `run` as long as it serves."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        web = desk.settings.web
        self._sessions = Sessions(desk.database, desk.clock, timedelta(hours=web.session_hours))
        self._watch = Watch(desk.engine, self._sessions, web.page_grace)
        self._signing_in = SigningIn(desk)
        self._counting = statistics.Turns()
        self._holding = Holding(desk)
        self._released_at = float("-inf")

    # -- life ----------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Sessions go on after a restart; a page that does not come back in time is gone."""
        await self._sessions.load()
        self._desk.revoked.append(lambda agent_id: self._sessions.end(agent_id, "revoked"))
        self._desk.pages_changed.append(self._watch.wake_all)
        self._desk.saved_by_itself.append(self._watch.saved_by_itself)
        self._desk.engine.subscribe(self._watch.changed)
        self._desk.backlogs["pages_open"] = ("Agents' pages that are open.", lambda: self._watch.streams)
        self._watch.tick()

    async def run(self) -> None:
        """See to what time brings, until cancelled."""
        told = ""
        while True:
            try:
                await self._look()
            except RefusedError as error:  # of the store, which may stay so for hours
                if str(error) != told:
                    told = str(error)
                    log.warning("The pages could not be seen to: %s", told, extra={"action": "pages"})
            except Exception:
                log.exception("The pages could not be seen to", extra={"action": "pages"})
            else:
                told = ""
            await asyncio.sleep(_LOOK)

    async def _look(self) -> None:
        self._sessions.end_expired()
        self._watch.tick()
        self._signing_in.tell()
        await self._sessions.flush()
        now = asyncio.get_running_loop().time()
        if now - self._released_at >= _RELEASE:
            self._released_at = now
            await connections.release_over(self._desk)

    # -- the session ---------------------------------------------------------------------------------------------

    async def sign_in(self, login: str, password: str, address: str) -> pages.SignedIn:
        """A new session, ending an older one of this agent."""
        agent = await self._signing_in.check(login, password, address)
        token = await self._sessions.begin(agent.id, address)
        self._watch.page(agent.id)
        return pages.SignedIn(token, await seat_of(self._desk, agent))

    async def seat(self, token: str) -> pages.Seat:
        """Whose session this is."""
        return await seat_of(self._desk, await self._agent(token))

    async def sign_out(self, token: str) -> None:
        """Log the agent out; the session ends with it."""
        agent = await self._agent(token)
        self._watch.leaving.add(agent.id)
        await self._desk.engine.submit(LogOut(agent.id))
        if agent.state is AgentState.LOGGED_OUT:
            self._sessions.end(agent.id, "signed_out")
            await self._sessions.flush()

    async def view(self, token: str) -> pages.SeatView:
        """The page as it is now: all of one moment, though the store is read meanwhile."""
        agent = await self._agent(token)
        for _again in range(_TRIES):
            before = _moment(agent)
            view = await self._view(agent)
            if _moment(agent) == before:
                break
        return view

    async def _view(self, agent: Agent) -> pages.SeatView:
        page = self._watch.page(agent.id)
        version = page.version
        form, today = await asyncio.gather(
            form_of(self._desk, agent), statistics.of_today(self._desk, agent.id)
        )  # side by side: the customer is on the line already
        campaign = self._desk.floor.campaign_of(agent)
        fresh = page.notice is not None and asyncio.get_running_loop().time() < page.notice_until
        return pages.SeatView(
            version=version,
            state=agent.state.value,
            reason=agent.reason,
            since=agent.since,
            after_call=agent.after_call.action.value if agent.after_call is not None else "",
            campaign=campaign.name if campaign is not None else "",
            phone=agent.phone.state.value,
            campaigns=connections.choices(self._desk, agent),
            pause_reasons=self._desk.settings.web.pause_reasons,
            today=today,
            form=form,
            calling=self._calling(agent),
            notice=page.notice if fresh else None,
        )

    async def changes(self, token: str) -> AsyncIterator[int]:
        """The version at once, then each time it may have changed."""
        agent_id = await self._sessions.agent_of(token)
        with self._watch.there(agent_id) as (page, waker):
            while True:
                waker.clear()
                yield page.version
                await waker.wait()
                await self._sessions.agent_of(token)

    async def was_silent(self, token: str, seconds: float) -> None:
        """The page has been gone for longer than its stream."""
        self._watch.was_silent(await self._sessions.agent_of(token), seconds)

    # -- the dialer ----------------------------------------------------------------------------------------------

    async def join(self, token: str, campaign_id: int) -> None:
        """Take the campaign's calls."""
        agent = await self._agent_with(token, "dialer")
        await self._desk.engine.submit(Join(agent.id, campaign_id))

    async def leave(self, token: str) -> None:
        """Take no more calls of it."""
        agent = await self._agent(token)
        await self._desk.engine.submit(Leave(agent.id))

    async def pause(self, token: str, reason: str) -> None:
        """One of the reasons of the settings."""
        agent = await self._agent(token)
        if reason not in self._desk.settings.web.pause_reasons:
            raise RefusedError("Choose one of the reasons for a pause.")
        await self._desk.engine.submit(Pause(agent.id, reason))

    async def resume(self, token: str) -> None:
        """Back from a pause."""
        agent = await self._agent(token)
        await self._desk.engine.submit(Resume(agent.id))

    # -- the talk ------------------------------------------------------------------------------------------------

    async def hang_up(self, token: str) -> None:
        """End the talk, or give up a call placed by a click."""
        agent = await self._agent(token)
        await self._desk.engine.submit(HangUp(agent.id))

    async def hold(self, token: str, on: bool) -> None:
        """Put the customer on hold, or talk on."""
        await self._holding.turn(await self._agent(token), on)

    async def transfer(self, token: str, target: str) -> None:
        """Blind transfer to what the settings allow."""
        agent = await self._agent(token)
        attempt = self._desk.floor.attempts.get(agent.attempt_id) if agent.attempt_id is not None else None
        campaign = self._desk.floor.campaigns.get(attempt.campaign_id) if attempt is not None else None
        trunk = self._desk.floor.trunk_of(campaign) if campaign is not None else None
        settings = self._desk.settings
        channel, shown = channel_for(target, settings.web, settings.numbers.region, trunk)
        await self._desk.engine.submit(Transfer(agent.id, channel, shown))
        change = self._desk.change(Actor(None, agent.login))
        async with change.transaction() as conn:
            await change.record(conn, "talk.transfer", agent.login, after={"target": shown})

    async def send_digit(self, token: str, digit: str) -> None:
        """One key to the customer's side."""
        agent = await self._agent(token)
        await self._desk.engine.submit(SendDigit(agent.id, digit))

    # -- the form ------------------------------------------------------------------------------------------------

    async def keep_draft(self, token: str, attempt_id: int, draft: pages.Draft) -> None:
        """Keep what was typed; without autosave nothing but Save keeps."""
        agent = await self._agent_of_form(token, attempt_id)
        campaign = self._desk.floor.campaign_of(agent)
        if campaign is None or not campaign.settings.autosave:
            return
        check_lengths(draft.notes, draft.fields)
        now = self._desk.clock()
        await talk_is_stored(self._desk)
        async with self._desk.database.write() as conn:
            changed = await changeable(conn, attempt_id, draft.fields)
            typed = drafts.Draft(draft.disposition_id, draft.callback_at[:100], draft.notes, changed)
            await drafts.keep(conn, agent.id, attempt_id, typed, now)

    async def check_callback(self, token: str, attempt_id: int, at: datetime) -> Sentence | None:
        """A warning about this time, or None."""
        agent = await self._agent_of_form(token, attempt_id)
        campaign = self._desk.floor.campaign_of(agent)
        return callbacks.warning(campaign, at, self._desk.settings.zone, self._desk.clock())

    async def save(
        self,
        token: str,
        attempt_id: int,
        *,
        disposition_id: int,
        callback_at: datetime | None,
        notes: str,
        fields: Mapping[str, str],
    ) -> None:
        """Save the form, whole or not at all."""
        agent = await self._agent_of_form(token, attempt_id)
        check_lengths(notes, fields)
        async with self._desk.database.read() as conn:
            changed = await changeable(conn, attempt_id, fields)
        if len(changed) < len(fields):
            name = next(name for name in fields if name not in changed)
            raise RefusedError("The field “{field}” cannot be changed here.", field=name[:80])
        form = forms.Form(agent.id, attempt_id, disposition_id, callback_at, notes, changed)
        await save_form(self._desk, Actor(None, agent.login), agent, form)

    # -- connections ---------------------------------------------------------------------------------------------

    async def connections(self, token: str, search: str) -> pages.Connections:
        """What the agent may call by hand."""
        return await connections.connections(self._desk, await self._agent_with(token, "connections"), search[:200])

    async def take_leads(self, token: str, campaign_id: int, count: int) -> int:
        """Hand out more leads."""
        agent = await self._agent_with(token, "connections")
        return await connections.take_leads(self._desk, agent, campaign_id, count)

    async def release(self, token: str, lead_id: int) -> None:
        """Give a lead back."""
        await connections.release(self._desk, await self._agent_with(token, "connections"), lead_id)

    async def call(self, token: str, lead_id: int, campaign_id: int) -> None:
        """Click to call."""
        await connections.call(self._desk, await self._agent_with(token, "connections"), lead_id, campaign_id)

    async def statistics(self, token: str, first: date, last: date) -> pages.Statistics:
        """The agent's own work on these days."""
        agent = await self._agent_with(token, "statistics")
        async with self._counting.turn(agent.id):
            return await statistics.of_days(self._desk, agent.id, first, last)

    # -- who asks ------------------------------------------------------------------------------------------------

    async def _agent(self, token: str) -> Agent:
        """The agent as the floor has them. Raises Ended."""
        agent = self._desk.floor.agents.get(await self._sessions.agent_of(token))
        if agent is None:
            raise pages.Ended("revoked")
        return agent

    async def _agent_with(self, token: str, tab: str) -> Agent:
        """The same, for a part of the page that a supervisor may have closed to them."""
        agent = await self._agent(token)
        if tab not in (await seat_of(self._desk, agent)).tabs:
            raise RefusedError("This part of the page is closed to you: ask a supervisor.")
        return agent

    async def _agent_of_form(self, token: str, attempt_id: int) -> Agent:
        agent = await self._agent(token)
        if agent.attempt_id != attempt_id or not agent.form_open:
            raise RefusedError(GONE)
        return agent

    def _calling(self, agent: Agent) -> pages.Calling | None:
        attempt = self._desk.floor.attempts.get(agent.attempt_id) if agent.attempt_id is not None else None
        if attempt is None or not attempt.by_hand or agent.state is not AgentState.RESERVED:
            return None
        stage = "phone" if attempt.state is AttemptState.CLAIMED else "customer"
        return pages.Calling(attempt.lead_id, attempt.number, stage)


def _moment(agent: Agent) -> object:
    """What must not change while a view is put together."""
    return agent.state, agent.since, agent.attempt_id, agent.saved

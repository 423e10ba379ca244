"""Who looks at which page: wakes pages when something changed for their agent, and notices pages that are gone."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from minidialer.daemon.engine import Engine
from minidialer.domain.agent import Agent, AgentState
from minidialer.domain.attempt import Attempt
from minidialer.domain.events import PageBack, PageGone
from minidialer.domain.floor import Floor
from minidialer.domain.outcome import Outcome
from minidialer.domain.sentence import Sentence, sentence

from .sessions import Sessions

NOTICE_FOR = 20.0  # seconds
_AT_ONCE = 25  # pages
_WORDS = {
    Outcome.BUSY: sentence("busy"),
    Outcome.NO_ANSWER: sentence("no answer"),
    Outcome.CONGESTION: sentence("congestion"),
    Outcome.INVALID: sentence("dead number"),
    Outcome.MACHINE: sentence("answering machine"),
    Outcome.ABANDONED: sentence("abandoned"),
    Outcome.FAILED: sentence("failed"),
    Outcome.UNKNOWN: sentence("unknown"),
}


@dataclass(slots=True)
class Page:
    """One agent's page. `streams`: how many are connected; `gone_at`: none is since then (loop time)."""

    version: int = 1
    streams: int = 0
    gone_at: float | None = None
    said_gone: bool = False
    wakers: set[asyncio.Event] = field(default_factory=set)
    seen: object = None
    calling: Attempt | None = None
    notice: Sentence | None = None
    notice_until: float = 0.0

    def wake(self) -> None:
        """Something may have changed."""
        self.version += 1
        for waker in self.wakers:
            waker.set()


class Watch:
    """Pages by agent, as long as the agent has a session."""

    def __init__(self, engine: Engine, sessions: Sessions, grace: float) -> None:
        self._engine, self._sessions, self._grace = engine, sessions, grace
        self._pages: dict[int, Page] = {}
        self._asleep: dict[int, None] = {}  # agents whose pages have yet to hear of a change, in order
        self.leaving: set[int] = set()  # agents who asked to log out
        sessions.ended = self._session_ended

    @property
    def _floor(self) -> Floor:
        return self._engine.dialer.floor

    @property
    def streams(self) -> int:
        """Pages that are open."""
        return sum(page.streams for page in self._pages.values())

    def page(self, agent_id: int) -> Page:
        """The agent's page; a new one is taken for gone until its first stream."""
        page = self._pages.get(agent_id)
        if page is None:
            page = self._pages[agent_id] = Page(gone_at=asyncio.get_running_loop().time())
            agent = self._floor.agents.get(agent_id)
            page.seen = _seen(self._floor, agent) if agent is not None else None
        return page

    @contextmanager
    def there(self, agent_id: int) -> Iterator[tuple[Page, asyncio.Event]]:
        """The page is there for the time of the context."""
        page, waker = self.page(agent_id), asyncio.Event()
        page.wakers.add(waker)
        page.streams += 1
        page.gone_at, page.said_gone = None, False
        if page.streams == 1:
            self._engine.post(PageBack(agent_id))
        try:
            yield page, waker
        finally:
            page.wakers.discard(waker)
            page.streams -= 1
            if page.streams == 0:
                page.gone_at = asyncio.get_running_loop().time()

    def was_silent(self, agent_id: int, seconds: float) -> None:
        """The page that just went had been gone for so long: the grace began then."""
        page = self.page(agent_id)
        if page.gone_at is not None:
            page.gone_at -= seconds

    def tick(self) -> None:
        """Time passed: wake more pages, pause agents whose page is gone for too long, take old notices away."""
        self.wake_some()
        now = asyncio.get_running_loop().time()
        for agent_id in self._sessions.agents:
            page = self.page(agent_id)
            if page.notice is not None and now >= page.notice_until:
                page.notice = None
                page.wake()
            if page.gone_at is not None and not page.said_gone and now - page.gone_at >= self._grace:
                page.said_gone = True
                self._engine.post(PageGone(agent_id))

    def changed(self) -> None:
        """The engine did something."""
        for agent_id in self._sessions.agents:
            agent = self._floor.agents.get(agent_id)
            if agent is None or agent.state is AgentState.LOGGED_OUT:
                why = "signed_out" if agent_id in self.leaving else "revoked"
                self._sessions.end(agent_id, why)
                continue
            page, seen = self.page(agent_id), _seen(self._floor, agent)
            if seen != page.seen:
                page.seen = seen
                self._notice(page, agent)
                page.wake()

    def wake_all(self) -> None:
        """Something that pages show changed in the store alone.

        A view costs the daemon milliseconds, and customers do not wait for five hundred of them: pages with a form are
        told at once, the others a few at a time (`wake_some`).
        """
        for agent_id in self._sessions.agents:
            agent = self._floor.agents.get(agent_id)
            if agent is not None and agent.form_open:
                self.page(agent_id).wake()
            else:
                self._asleep[agent_id] = None
        self.wake_some()

    def wake_some(self) -> None:
        """The next of those who have yet to hear of a change."""
        for agent_id in list(self._asleep)[:_AT_ONCE]:
            del self._asleep[agent_id]
            if agent_id in self._pages:
                self._pages[agent_id].wake()

    def saved_by_itself(self, agent_id: int, disposition: str) -> None:
        """The wrap-up limit passed: the page says what the form was saved as."""
        if agent_id in self._sessions.agents:
            said = sentence("The form was saved by itself as “{disposition}”.", disposition=disposition)
            self._say(self.page(agent_id), said)

    def _say(self, page: Page, said: Sentence) -> None:
        page.notice, page.notice_until = said, asyncio.get_running_loop().time() + NOTICE_FOR
        page.wake()

    def _notice(self, page: Page, agent: Agent) -> None:
        """Say what became of a call placed by hand when no talk came of it."""
        before = page.calling
        attempt = self._floor.attempts.get(agent.attempt_id) if agent.attempt_id is not None else None
        page.calling = attempt if attempt is not None and attempt.by_hand else None
        over = before is not None and agent.attempt_id != before.id
        if before is not None and over and before.outcome is not None and before.outcome is not Outcome.ANSWERED:
            said = sentence(
                "{number} was not reached: {outcome}.",
                number=before.number,
                outcome=_WORDS[before.outcome],
            )
            self._say(page, said)

    def _session_ended(self, agent_id: int) -> None:
        self.leaving.discard(agent_id)
        page = self._pages.pop(agent_id, None)
        if page is not None:
            page.wake()


def _seen(floor: Floor, agent: Agent) -> object:
    """Everything of the floor that the agent's page shows."""
    attempt = floor.attempts.get(agent.attempt_id) if agent.attempt_id is not None else None
    talk = (attempt.state, attempt.on_hold, attempt.connected_at) if attempt is not None else None
    campaigns = tuple(campaign for campaign in floor.campaigns.values() if floor.may_work(agent, campaign))
    return (
        *(agent.state, agent.reason, agent.since, agent.after_call, agent.campaign_id, agent.attempt_id),
        *(agent.saved, agent.home, agent.phone.state, agent.name, talk, campaigns),
    )

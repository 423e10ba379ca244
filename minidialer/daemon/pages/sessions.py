"""Sessions: random tokens the daemon knows by their hash, one an agent, in memory and in the store."""

import hashlib
import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from minidialer.agent_web.services import Ended
from minidialer.store import sessions
from minidialer.store.database import Database
from minidialer.store.sessions import Session

_REMEMBERED = 1000  # ended sessions whose reason is known without asking the store
_SEEN_EVERY = timedelta(minutes=1)


class Sessions:
    """`ended` is called with the agent's id when a session is over."""

    def __init__(self, database: Database, clock: Callable[[], datetime], longest: timedelta) -> None:
        self._database, self._clock, self._longest = database, clock, longest
        self._open: dict[str, Session] = {}
        self._of: dict[int, str] = {}
        self._over: OrderedDict[str, str] = OrderedDict()
        self._to_end: list[tuple[int, datetime, str]] = []
        self._seen: dict[int, datetime] = {}
        self.ended: Callable[[int], None] = lambda _agent_id: None

    async def load(self) -> None:
        """Those that were open when the daemon stopped."""
        async with self._database.read() as conn:
            for session in await sessions.every_open(conn):
                self._open[session.token_hash] = session
                self._of[session.agent_id] = session.token_hash

    @property
    def agents(self) -> list[int]:
        """Agents with an open session."""
        return list(self._of)

    async def begin(self, agent_id: int, address: str) -> str:
        """A new session; an older one of the agent is taken over. Gives the token."""
        token, now = secrets.token_urlsafe(32), self._clock()
        session = Session(_hash(token), agent_id, address, now, now)
        await self.flush()
        async with self._database.write() as conn:
            await sessions.begin(conn, session)
        self._forget(agent_id, "taken_over")
        self._open[session.token_hash], self._of[agent_id] = session, session.token_hash
        return token

    async def agent_of(self, token: str) -> int:
        """Whose session it is. Raises Ended."""
        key = _hash(token)
        session = self._open.get(key)
        if session is None:
            raise Ended(self._over.get(key) or await self._why(key) or "unknown")
        now = self._clock()
        if now - session.created_at > self._longest:
            self.end(session.agent_id, "expired")
            raise Ended("expired")
        if now - session.last_seen_at > _SEEN_EVERY:
            self._open[key] = replace(session, last_seen_at=now)
            self._seen[session.agent_id] = now
        return session.agent_id

    def end(self, agent_id: int, why: str) -> None:
        """The agent's session is over at once; the store follows with `flush`."""
        if self._forget(agent_id, why):
            self._to_end.append((agent_id, self._clock(), why))

    def end_expired(self) -> None:
        """End those that are too old."""
        now = self._clock()
        for session in list(self._open.values()):
            if now - session.created_at > self._longest:
                self.end(session.agent_id, "expired")

    async def flush(self) -> None:
        """Store what ended and who was seen. What cannot be stored is kept for the next time."""
        if not self._to_end and not self._seen:
            return
        over, self._to_end = self._to_end, []
        seen, self._seen = self._seen, {}
        try:
            async with self._database.write() as conn:
                for agent_id, at in seen.items():
                    await sessions.seen(conn, agent_id, at)
                for agent_id, at, why in over:
                    await sessions.end(conn, agent_id, at, why)
        except BaseException:  # else a session that was ended would be open again after a restart
            self._to_end = over + self._to_end
            self._seen = seen | self._seen
            raise

    def _forget(self, agent_id: int, why: str) -> bool:
        key = self._of.pop(agent_id, None)
        if key is None:
            return False
        del self._open[key]
        self._over[key] = why
        while len(self._over) > _REMEMBERED:
            self._over.popitem(last=False)
        self.ended(agent_id)
        return True

    async def _why(self, key: str) -> str:
        async with self._database.read() as conn:
            return await sessions.why_ended(conn, key)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()

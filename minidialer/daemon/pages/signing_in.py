"""Signing in: slowed down after failures, the same for accounts that are not there, noted in the audit trail."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from ipaddress import ip_network

from minidialer.agent_web.services import Seat
from minidialer.daemon.passwords import Passwords
from minidialer.daemon.use_cases.desk import Actor, Desk
from minidialer.domain.agent import Agent
from minidialer.domain.events import LogIn
from minidialer.domain.sentence import RefusedError
from minidialer.store import access, agents

from .guesses import Guesses
from .one_at_a_time import OneAtATime
from .throttle import Throttle

_AT_ONCE = 2  # log-ins: what others wait for is seconds, and a whole office may come at the same moment


class SigningIn:
    """`check` gives the agent whose password it is."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._passwords = Passwords()
        self._guesses = Guesses()
        self._accounts = Throttle(free=3)
        self._addresses = Throttle(free=20)  # many agents may share one
        self._turns = asyncio.Semaphore(_AT_ONCE)
        self._in_line = OneAtATime[str]()
        self._entering = asyncio.Semaphore(_AT_ONCE)

    async def check(self, login: str, password: str, address: str) -> Agent:
        """Raises RefusedError: wrong, slowed down, not active."""
        account, place = login.strip().casefold()[:80], _place(address)
        async with self._line(place):
            self._hold_back(login, account, place, address)
            async with self._turns:
                self._hold_back(login, account, place, address)  # others may have failed meanwhile
                agent, right = await self._looked_at(account, place, login, password)
        if agent is None or not right:
            await self._refused(agent, address)
            raise RefusedError("The account or the password is wrong.")
        if not agent.active:
            raise RefusedError(
                "Agent {login} is not active: a supervisor has to activate the account.", login=agent.login
            )
        async with self._entering:  # else of hundreds everybody came in last
            await self._desk.engine.submit(LogIn(agent.id))
            change = self._desk.change(Actor(None, agent.login))
            async with change.transaction() as conn:
                await change.record(conn, "agent.sign_in", agent.login, after={"address": address})
        return agent

    def _hold_back(self, login: str, account: str, place: str, address: str) -> None:
        """Raises RefusedError for who has to wait."""
        now = asyncio.get_running_loop().time()
        wait = max(self._accounts.wait(account, now), self._addresses.wait(place, now))
        if wait > 0:
            known = {agent.login for agent in self._desk.floor.agents.values()}
            self._guesses.failed(login if login in known else "", address, now)
            raise RefusedError("Too many failed log-ins: try again in {seconds} s.", seconds=int(wait) + 1)

    @contextlib.asynccontextmanager
    async def _line(self, place: str) -> AsyncIterator[None]:
        """Of an address that is about to be slowed down one at a time: the next would be refused for a try that
        counts as a failure only until it is known."""
        if not self._addresses.is_near(place, _AT_ONCE):
            yield
            return
        async with self._in_line.of(place):
            yield

    async def _looked_at(self, account: str, place: str, login: str, password: str) -> tuple[Agent | None, bool]:
        """The agent of this login, and is it the right password? Until that is known it counts as a failure."""
        now = asyncio.get_running_loop().time()
        self._accounts.failed(account, now)
        self._addresses.failed(place, now)
        async with self._desk.database.read() as conn:
            found = await agents.by_login(conn, login[:80])
        agent, kept = found or (None, None)
        right = await self._passwords.fits(password, kept) and agent is not None
        if right:
            self._accounts.succeeded(account)
            self._addresses.forgive(place, now)
        return agent, right

    def tell(self) -> None:
        """Let `status` say when there are many failures, and stop saying so an hour later."""
        alarm = self._guesses.alarm(asyncio.get_running_loop().time())
        if alarm is None:
            self._desk.alarms.pop("guessing", None)
        else:
            self._desk.alarms["guessing"] = alarm

    async def _refused(self, agent: Agent | None, address: str) -> None:
        """Whatever was typed for an account that is not there may be a password, so it is not kept."""
        login = agent.login if agent is not None else ""
        self._guesses.failed(login, address, asyncio.get_running_loop().time())
        change = self._desk.change(Actor(None, login))
        async with change.transaction() as conn:
            await change.record(conn, "agent.sign_in_refused", login, after={"address": address})


def _place(address: str) -> str:
    """What counts as one address: of IPv6 the network, in which everybody has addresses without end."""
    return str(ip_network(f"{address.partition('%')[0]}/64", strict=False)) if ":" in address else address


async def seat_of(desk: Desk, agent: Agent) -> Seat:
    """Whose page it is, and what a supervisor lets it show."""
    async with desk.database.read() as conn:
        allowed = await access.of_agent(conn, agent.id)
    return Seat(
        agent_id=agent.id,
        login=agent.login,
        name=agent.name,
        language=allowed.language,
        time_zone=desk.settings.time_zone,
        tabs=allowed.tabs,
    )

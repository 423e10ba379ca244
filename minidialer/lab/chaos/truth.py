"""What really is: Asterisk's own channels, asked over a connection that no fault touches."""

from __future__ import annotations

from dataclasses import dataclass
from types import TracebackType
from typing import Self

from minidialer.ami.errors import AmiDownError, AmiRefusedError, AmiTimeoutError
from minidialer.ami.message import Message
from minidialer.ami.session import LoginRefusedError, Session, UnreachableError, open_session
from minidialer.ami.settings import AmiSettings
from minidialer.domain.leg import parse_leg
from minidialer.lab.pbx import ManagerAccess

AWAY = (AmiDownError, AmiTimeoutError, AmiRefusedError, UnreachableError, LoginRefusedError)
"""What is raised while Asterisk is away."""


@dataclass(frozen=True)
class Channels:
    """Our channels at one moment. `talks`: attempt to agent id, for each customer who is in a bridge with an agent.

    `customers`: attempts whose customer has a channel; `phones`: agent id to the names of its channels.
    """

    customers: frozenset[int]
    talks: dict[int, int]
    phones: dict[int, frozenset[str]]


class Truth:
    """`async with Truth(lab.pbx.manager) as truth: await truth.channels()`."""

    def __init__(self, manager: ManagerAccess) -> None:
        self._settings = AmiSettings(
            user=manager.user, secret=manager.secret, host=manager.host, port=manager.port, action_timeout=30
        )
        self._session: Session | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    async def channels(self) -> Channels:
        """As Asterisk lists them. Raises one of AWAY."""
        try:
            if self._session is None:
                self._session = await open_session(self._settings, _ignored, _ignored)
            return _read(await self._session.list_action("CoreShowChannels"))
        except AWAY:
            self._close()
            raise

    def _close(self) -> None:
        if self._session is not None:
            self._session.close()
            self._session = None


def _ignored(_news: object) -> None:
    """Nothing is to be done about it."""


def _read(items: list[Message]) -> Channels:
    customers: set[int] = set()
    phones: dict[int, frozenset[str]] = {}
    customer_in, agent_in = dict[str, int](), dict[str, int]()
    for item in items:
        name, bridge = item.text("Uniqueid"), item.text("BridgeId")
        leg = parse_leg(name)
        if leg is None:
            continue
        if leg.agent_id is not None:
            phones[leg.agent_id] = phones.get(leg.agent_id, frozenset()) | {name}
            agent_in[bridge] = leg.agent_id
        elif leg.attempt_id is not None:
            customers.add(leg.attempt_id)
            customer_in[bridge] = leg.attempt_id
    talks = {attempt: agent_in[bridge] for bridge, attempt in customer_in.items() if bridge and bridge in agent_in}
    return Channels(frozenset(customers), talks, phones)

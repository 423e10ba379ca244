"""What `doctor` asks Asterisk: facts, by actions the least-privileged user of asterisk/minidialer/manager.conf may do.

Functions of the dialplan are read through Getvar, which needs `call` or `reporting` only: DIALPLAN_EXISTS for
contexts, DEVICE_STATE for trunks and agents.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from enum import StrEnum

from minidialer.domain.leg import nailed_up_leg, ring_leg

from .errors import AmiRefusedError
from .message import Message
from .safe_values import login as checked_login
from .session import Session, open_session
from .settings import AmiSettings

DIALPLAN_VERSION = 4
"""Of asterisk/minidialer/extensions.conf: the extension that context minidialer-version must have."""

NEEDED_ACTIONS = (
    "CoreSettings",
    "CoreShowChannels",
    "DBGet",
    "Getvar",
    "Hangup",
    "Originate",
    "Ping",
    "PlayDTMF",
    "Redirect",
    "Setvar",
)

ENTRANCES = (
    ("minidialer-version", str(DIALPLAN_VERSION)),
    ("minidialer-customer", "s"),
    ("minidialer-hold", "s"),
    ("minidialer-abandon", "s"),
    ("minidialer-agent", "s"),
    ("minidialer-held", "s"),
    ("minidialer-agent-held", "again"),
    ("minidialer-transfer", "s"),
    ("minidialer-spy", "listen"),
    ("minidialer-join", nailed_up_leg(1, 1)),  # a pattern: any leg of that kind
    ("minidialer-join-once", ring_leg(1, 1)),
)
"""Context and extension of every place in the dialplan the daemon sends a channel to."""


class Endpoint(StrEnum):
    """What Asterisk knows of a trunk or of an agent's phone."""

    REACHABLE = "reachable"  # a phone is registered, a trunk has an address that is not known to be dead
    UNREACHABLE = "unreachable"  # configured; not registered, or does not answer
    UNKNOWN = "unknown"  # no such endpoint


_ENDPOINTS = {"UNAVAILABLE": Endpoint.UNREACHABLE, "INVALID": Endpoint.UNKNOWN, "UNKNOWN": Endpoint.UNKNOWN}
_TRUNK = re.compile(r"(?P<tech>PJSIP)/(?:[^@/]*@(?P<at>[0-9A-Za-z_.-]+)|(?P<first>[0-9A-Za-z_.-]+)(?:/.*)?)")
_CLASS = re.compile(r"\s*Class:\s*(?P<name>\S+)")


@asynccontextmanager
async def one_session(settings: AmiSettings) -> AsyncIterator[Session]:
    """A session of its own. Raises UnreachableError or LoginRefusedError with the sentence to show."""

    def ignore(_: Message | str) -> None:
        return

    session = await open_session(settings, ignore, ignore)
    try:
        yield session
    finally:
        session.close()


async def asterisk_version(session: Session) -> str:
    """Asterisk's version; empty when this user may not know it."""
    try:
        return (await session.action("CoreSettings")).text("AsteriskVersion")
    except AmiRefusedError:
        return ""


async def missing_actions(session: Session) -> tuple[str, ...]:
    """Actions the daemon needs and this user may not do. Asterisk lists to each user what it may do."""
    allowed = await session.action("ListCommands")
    return tuple(name for name in NEEDED_ACTIONS if not allowed.text(name))


async def missing_entrances(session: Session) -> tuple[tuple[str, str], ...]:
    """Context and extension of each place the dialplan lacks."""
    missing = []
    for context, extension in ENTRANCES:
        if await _value(session, f"DIALPLAN_EXISTS({context},{extension},1)") in ("", "0"):
            missing.append((context, extension))
    return tuple(missing)


async def endpoint(session: Session, device: str) -> Endpoint:
    """What is known of a device, `PJSIP/name`."""
    technology, _, name = device.partition("/")
    state = await _value(session, f"DEVICE_STATE({technology}/{checked_login(name)})")
    return _ENDPOINTS.get(state.upper(), Endpoint.REACHABLE)


async def agents_endpoints(session: Session, logins: Iterable[str]) -> dict[str, Endpoint]:
    """By login, what is known of the agents' phones."""
    return {login: await endpoint(session, f"PJSIP/{login}") for login in logins}


def trunk_device(dial: str) -> str | None:
    """The device whose state tells about a trunk, from its `dial`; None when that cannot be told (Local, DAHDI)."""
    match = _TRUNK.fullmatch(dial)
    return f"{match['tech']}/{match['at'] or match['first']}" if match else None


async def music_classes(session: Session) -> frozenset[str] | None:
    """Names of the music classes; None when this user may not run console commands, as ours may not."""
    try:
        answer = await session.action("Command", {"Command": "moh show classes"})
    except AmiRefusedError:
        return None
    return frozenset(found["name"] for line in answer.values("Output") if (found := _CLASS.fullmatch(line)))


async def _value(session: Session, function: str) -> str:
    """The value of a dialplan function."""
    return (await session.action("Getvar", {"Variable": function})).text("Value").strip()

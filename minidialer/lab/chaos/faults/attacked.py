"""The control socket and the pages are attacked while calls flow: hostile bytes and requests, floods, guesses."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import time
from collections.abc import Awaitable, Callable
from functools import partial

from aiohttp import ClientError, ClientSession, ClientTimeout, CookieJar

from minidialer.control.address import socket_address
from minidialer.control.protocol import MESSAGE_LIMIT, METHODS
from minidialer.lab.chaos.call_centre import CallCentre, Plan, until
from minidialer.lab.chaos.context import Context
from minidialer.lab.chaos.convergence import converge, goes_on
from minidialer.lab.chaos.fault import Fault
from minidialer.lab.chaos.findings import Findings
from minidialer.lab.chaos.outcome import Outcome
from minidialer.lab.chaos.shift import leads_for, work_through
from minidialer.lab.errors import LabError
from minidialer.lab.hostile.methods import NAMING_NOBODY, parameters
from minidialer.lab.hostile.pieces import mutated
from minidialer.lab.hostile.requests import Attacker

GOES_ON = 20.0  # seconds within which somebody saves a form, however much is asked of the daemon
CALM = 10.0  # seconds from the end of an attack until the daemon is right about everything
REQUESTS = 30  # by a stranger, and as many by an agent
GUESSES = 12  # 10 for one account are an alarm
TOLD = 10.0  # seconds until `status` tells of guesses
_STEP = 10.0  # seconds until an answer, or the end of the connection
_SLOW = {"imports.preview", "imports.run"}  # a process each
_FRESH = b"POST /api/session HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: "

Attack = Callable[[Context, CallCentre, Findings], Awaitable[None]]


async def happens(attack: Attack, context: Context, centre: CallCentre, findings: Findings) -> None:
    """Robots go on working while it lasts, and nothing is wrong when it is over."""
    saved = len(centre.ledger.saved)

    async def works() -> bool:
        return len(centre.ledger.saved) > saved

    pid = centre.daemon.pid
    async with asyncio.TaskGroup() as tasks:
        once, enough = asyncio.Event(), asyncio.Event()
        again = partial(attack, context, centre, findings)
        tasks.create_task(_again_and_again(once, enough, again), name="attack")
        await asyncio.sleep(0 if context.short else context.dice.uniform(4.0, 10.0))
        await once.wait()
        if await until(works, context.limit(GOES_ON)) is None:
            findings.stuck(f"no form was saved for {context.limit(GOES_ON):g} s while the daemon was attacked")
        enough.set()  # it ends in order: nobody else would log its agent out
    if centre.daemon.pid != pid or pid is None:
        raise LabError(f"The daemon did not live through the attack: {centre.daemon.log_tail()}")
    await converge(centre, findings, context.limit(CALM), since=time.monotonic())
    if not context.short:
        await goes_on(centre, findings)


async def _again_and_again(once: asyncio.Event, enough: asyncio.Event, attack: Callable[[], Awaitable[None]]) -> None:
    while not enough.is_set():
        await attack()
        once.set()


# -- the control socket ----------------------------------------------------------------------------------------------


async def control(context: Context, centre: CallCentre, findings: Findings) -> None:
    """Hostile lines, hostile parameters, a line without end, and clients that only listen to what they never read."""
    with socket_address(centre.daemon.socket) as address:
        crowd = [await asyncio.open_unix_connection(address) for _ in range(20)]
        for _reader, writer in crowd:
            writer.write(context.dice.choice((_SUBSCRIBE, b"{", b"", b"[" * 1000 + b"\n")))
        for _ in range(10):
            data = b"".join(mutated(context.dice, "control") + b"\n" for _ in range(5))
            await _said(partial(asyncio.open_unix_connection, address), data)
        await _said(partial(asyncio.open_unix_connection, address), b"x" * (2 * MESSAGE_LIMIT))
    answers = 0
    for _ in range(20):
        name = context.dice.choice(sorted(METHODS.keys() - _SLOW))
        params = parameters(context.dice, METHODS[name], NAMING_NOBODY)
        line = json.dumps({"jsonrpc": "2.0", "id": 1, "method": name, "params": params}).encode() + b"\n"
        with socket_address(centre.daemon.socket) as address:
            answer = await _said(partial(asyncio.open_unix_connection, address), line)
        answers += bool(answer)
        if b'"internal"' in answer:
            findings.stuck(f"{name} failed inside with {params}")
    for _reader, writer in crowd:
        writer.close()
    if not answers:
        raise LabError("The control socket answered nothing: nothing was tried.")


_SUBSCRIBE = b'{"jsonrpc":"2.0","id":1,"method":"watch.subscribe","params":{}}\n'
Opening = Callable[[], Awaitable[tuple[asyncio.StreamReader, asyncio.StreamWriter]]]


async def _said(opening: Opening, data: bytes) -> bytes:
    """Say it on a connection of its own, end our side, and take what comes."""
    answer = b""
    with contextlib.suppress(OSError, TimeoutError):
        async with asyncio.timeout(_STEP):
            reader, writer = await opening()
            try:
                writer.write(data)
                writer.write_eof()
                while part := await reader.read(65536):
                    answer += part
                    if b"\n" in part and len(answer) > MESSAGE_LIMIT:
                        break
            finally:
                writer.close()
    return answer


# -- the pages -------------------------------------------------------------------------------------------------------


async def pages(context: Context, centre: CallCentre, findings: Findings) -> None:
    """Every address with hostile requests, as a stranger and as an agent; raw bytes; bodies that are too large."""
    timeout = ClientTimeout(total=_STEP)
    async with ClientSession(centre.daemon.page_url, cookie_jar=CookieJar(unsafe=True), timeout=timeout) as session:
        await _requests(context, session, findings)
        login = _idle(centre)
        await session.post("/api/session", json={"login": login, "password": centre.passwords[login]})
        try:
            await _requests(context, session, findings)
        finally:
            await session.delete("/api/session")
    opening = partial(asyncio.open_connection, "127.0.0.1", centre.daemon.page_port)
    for _ in range(5):
        await _said(opening, mutated(context.dice, "page_body"))
        body = mutated(context.dice, "page_body")
        await _said(opening, _FRESH + str(len(body)).encode() + b"\r\n\r\n" + body)


async def _requests(context: Context, session: ClientSession, findings: Findings) -> None:
    attacker = Attacker(context.dice)
    json_type = {"Content-Type": "application/json"}
    asked = [attacker.request() for _ in range(REQUESTS)]
    asked.append(("POST", "/api/forms/1/draft", {"data": io.BytesIO(bytes(3 << 20)), "headers": json_type}))
    answers = 0
    for method, path, more in asked:
        with contextlib.suppress(ClientError, ValueError, TimeoutError):  # some a client would not even send
            async with session.request(method, path, **more) as answer:
                answers += 1
                if answer.status >= 500 or (isinstance(more["data"], io.BytesIO) and answer.ok):
                    findings.stuck(f"{method} {path} was answered with {answer.status}")
    if not answers:
        raise LabError("The pages answered nothing: nothing was tried.")


def _idle(centre: CallCentre) -> str:
    """The login of an agent who is not at work."""
    return list(centre.passwords)[-1]


async def flood(context: Context, centre: CallCentre, _findings: Findings) -> None:
    """Connections until the pages take no more, each dripping a header or a body; clients of the control socket too."""
    begun = (b"GET /login HTTP/1.1\r\nHost: x\r\n", _FRESH + b"4000\r\n\r\n", b"\x16\x03\x01", b"")
    writers: list[asyncio.StreamWriter] = []
    try:
        for _ in range(600):
            with contextlib.suppress(OSError):
                _reader, writer = await asyncio.open_connection("127.0.0.1", centre.daemon.page_port)
                writer.write(context.dice.choice(begun))
                writers.append(writer)
        with socket_address(centre.daemon.socket) as address:
            for _ in range(300):
                with contextlib.suppress(OSError):
                    writers.append((await asyncio.open_unix_connection(address))[1])
        for _ in range(5 if context.short else 20):
            for writer in writers:
                if not writer.is_closing():
                    writer.write(b"x")
            await asyncio.sleep(0.2)
    finally:
        for writer in writers:
            writer.transport.abort()


async def guesses(context: Context, centre: CallCentre, findings: Findings) -> None:
    """Passwords are guessed at an agent's account: nobody gets in, and `status` tells."""
    login = _idle(centre)
    async with ClientSession(centre.daemon.page_url) as session:
        for _ in range(GUESSES):
            wrong = {"login": login, "password": f"guess {context.dice.random()}"}
            async with session.post("/api/session", json=wrong) as answer:
                if answer.ok:
                    findings.lost(f"a guessed password let somebody in as {login}")

    async def told() -> bool:
        return any("guessing passwords" in alarm.text for alarm in (await centre.status()).alarms)

    if await until(told, context.limit(TOLD)) is None:
        findings.stuck(f"status did not tell of guessed passwords within {context.limit(TOLD):g} s")


# -- faults ----------------------------------------------------------------------------------------------------------

ATTACKS: dict[str, tuple[str, Attack]] = {
    "control-attacked": (
        "The control socket gets hostile bytes, hostile parameters, endless lines, and clients that never read.",
        control,
    ),
    "pages-attacked": (
        "The agents' pages get hostile requests, raw bytes and bodies of 3 MiB, from strangers and from an agent.",
        pages,
    ),
    "floods": (
        "600 dripping connections to the pages and 300 to the control socket, again and again.",
        flood,
    ),
    "passwords-guessed": ("Passwords of an agent's page are guessed.", guesses),
}


async def _run(name: str, attack: Attack, context: Context) -> Outcome:
    plan = Plan(leads_for(context), idle=1)
    findings = await work_through(context, [partial(happens, attack)], plan)
    return findings.outcome(name, context.times)


FAULTS = tuple(
    Fault(name, about, partial(_run, name, attack), times=10, short=1) for name, (about, attack) in ATTACKS.items()
)

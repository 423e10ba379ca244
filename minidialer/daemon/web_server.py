"""The agents' pages on their address: the listening socket, TLS, and what the pages are told of their surroundings."""

import asyncio
import contextlib
import errno
import logging
import resource
import socket
import ssl
from collections.abc import AsyncIterator
from ipaddress import ip_address, ip_network
from pathlib import Path

from aiohttp import web

from minidialer.agent_web.app import make_app, make_runner
from minidialer.agent_web.limits import limit_connections
from minidialer.agent_web.services import Services
from minidialer.agent_web.settings import WebSettings as Surroundings
from minidialer.domain.sentence import RefusedError
from minidialer.settings import Settings, WebSettings

log = logging.getLogger(__name__)
MOST_CONNECTIONS = 2000  # a thousand agents, each with a stream and a request
MOST_OF_ONE_ADDRESS = 1000  # a whole office behind one router
MOST_FILES = 4096  # the daemon asks for so many, where it may
HANDSHAKE = 15.0  # seconds a client may take for TLS
_NAMING = 5.0  # seconds the machine may take to say its name: a broken DNS must not keep the pages away


@contextlib.asynccontextmanager
async def serving_pages(services: Services, settings: Settings) -> AsyncIterator[None]:
    """The pages answer for the time of the context. Raises RefusedError when they cannot."""
    chosen = settings.web
    tls = await asyncio.to_thread(tls_context, chosen)
    surroundings = Surroundings(
        public_origin=chosen.public_url,
        names=frozenset() if chosen.public_url else await _names(chosen),
        tls=tls is not None,
        trusted_proxies=tuple(ip_network(network) for network in chosen.trusted_proxies),
    )
    runner = make_runner(make_app(services, surroundings))
    await runner.setup()
    try:
        listener = await _listening(runner, chosen, surroundings, tls)
        log.info("Pages: %s", settings.page_url, extra={"action": "pages_ready"})
        try:
            yield
        finally:
            listener.close()
    finally:
        await runner.cleanup()


async def _names(chosen: WebSettings) -> frozenset[str]:
    """What agents may call this machine in their browsers, lower-case."""
    names = {chosen.host.lower(), socket.gethostname().lower()}
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_NAMING):
            names.add((await asyncio.to_thread(socket.getfqdn)).lower())
    return frozenset(names)


async def _listening(
    runner: web.AppRunner, chosen: WebSettings, surroundings: Surroundings, tls: ssl.SSLContext | None
) -> asyncio.Server:
    """Not a TCPSite of aiohttp: that leaves a minute to a handshake. Raises RefusedError."""
    server = runner.server
    assert server is not None  # noqa: S101  # it is set up
    networks = surroundings.trusted_proxies

    def shared(address: str) -> bool:
        try:
            known = ip_address(address.partition("%")[0])
        except ValueError:
            return True  # no address: a socket of this machine
        return known.is_loopback or any(known in network for network in networks)

    limit_connections(server, most_connections(), MOST_OF_ONE_ADDRESS, shared)
    try:
        return await asyncio.get_running_loop().create_server(
            server, chosen.host, chosen.port, ssl=tls, ssl_handshake_timeout=None if tls is None else HANDSHAKE
        )
    except OSError as error:
        raise cannot_answer(error, chosen) from None


def most_connections() -> int:
    """How many connections the pages may hold: half of the files this process may have open, at most."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_FILES if hard == resource.RLIM_INFINITY else min(MOST_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        soft = wanted
    return MOST_CONNECTIONS if soft == resource.RLIM_INFINITY else min(MOST_CONNECTIONS, soft // 2)


def tls_context(chosen: WebSettings) -> ssl.SSLContext | None:
    """From the configured files; None without any. Raises RefusedError when they cannot be used. Reads files."""
    if not chosen.tls_cert and not chosen.tls_key:
        return None
    if not chosen.tls_cert or not chosen.tls_key:
        raise RefusedError("web.tls_cert and web.tls_key go together: set both, or none.")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(Path(chosen.tls_cert), Path(chosen.tls_key), password=_no_password)
    except (OSError, ssl.SSLError) as error:
        raise RefusedError(
            "web.tls_cert = {cert} and web.tls_key = {key} cannot be used: {problem}.",
            cert=chosen.tls_cert,
            key=chosen.tls_key,
            problem=getattr(error, "strerror", None) or str(error),
        ) from None
    return context


def _no_password() -> str:
    """A key with a password would make the daemon ask at a terminal it does not have."""
    raise ssl.SSLError("the key needs a password, and there is nobody to ask")


def cannot_answer(error: OSError, chosen: WebSettings) -> RefusedError:
    """Why the address cannot be used, and what to do."""
    address = f"{chosen.host}:{chosen.port}"
    if error.errno == errno.EADDRINUSE:
        return RefusedError(
            "The agents' pages cannot answer at {address}: another program does; change web.port.", address=address
        )
    if error.errno == errno.EACCES:
        return RefusedError(
            "The agents' pages may not answer at {address}: take a web.port above 1023.", address=address
        )
    return RefusedError(
        "The agents' pages cannot answer at {address}: {problem}; change web.host or web.port.",
        address=address,
        problem=error.strerror or str(error),
    )

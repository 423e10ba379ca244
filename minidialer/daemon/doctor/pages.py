"""The agents' pages: whether their address can be used, who may read what passes over it, and the TLS files."""

import contextlib
import errno
import http.client
import json
import socket
import ssl
import time
from collections.abc import Iterator
from ipaddress import ip_address
from urllib.parse import urlsplit

from minidialer.daemon.web_server import cannot_answer, tls_context
from minidialer.domain.sentence import RefusedError, Sentence, sentence
from minidialer.settings import Settings, WebSettings

from .certificate import NotTrustedError, valid_until
from .check import Check, failed, ok, warning
from .machine import daemon_runs

_TIMEOUT = 3.0  # seconds
_DAY = 86_400.0
_SOON = 14 * _DAY  # a certificate that ends within these is about to be forgotten


def pages_checks(settings: Settings) -> Iterator[Check]:
    """Address, way and certificate. Blocks for seconds at most."""
    if not settings.web.enabled:
        yield ok("pages", sentence("switched off"))
        return
    tls: ssl.SSLContext | None = None
    try:
        tls = tls_context(settings.web)
    except RefusedError as error:
        yield failed("pages_tls", error.sentence, sentence("Correct them, and run doctor as the daemon's user."))
    else:
        if tls is not None:
            yield _certificate(settings, tls)
    yield _address(settings)
    yield from _way(settings)


def _address(settings: Settings) -> Check:
    """Bound for a moment, as the daemon would; when it cannot be, the daemon itself may be why."""
    web, runs = settings.web, daemon_runs(settings.socket_path)
    try:
        for family, kind, protocol, _name, where in _resolved(web):
            _bind(family, kind, protocol, where)
    except OSError as error:
        if error.errno == errno.EADDRINUSE and runs and _are_ours(settings):
            return ok("pages", sentence("answer at {url}", url=settings.page_url))
        return failed("pages", cannot_answer(error, web).sentence, sentence("Then start the daemon again."))
    address = f"{web.host}:{web.port}"
    if runs:
        return failed(
            "pages",
            sentence("the daemon runs, and nothing answers at {address}", address=address),
            sentence("Start the daemon again if its configuration has changed; else its log says why."),
        )
    return ok("pages", sentence("{address} is free for them", address=address))


def _resolved(web: WebSettings) -> list[tuple[int, int, int, str, tuple[object, ...]]]:
    """What the name or address of the host stands for."""
    return list(socket.getaddrinfo(web.host, web.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE))


def _bind(family: int, kind: int, protocol: int, where: tuple[object, ...]) -> None:
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a daemon that just stopped is no hindrance
        if family == socket.AF_INET6:
            probe.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        probe.bind(where)


def _are_ours(settings: Settings) -> bool:
    """Ask for a seat without a session: our pages refuse that in their own way."""
    web = settings.web
    connection: http.client.HTTPConnection
    if web.tls_cert:
        anybody = ssl.create_default_context()
        anybody.check_hostname, anybody.verify_mode = False, ssl.CERT_NONE  # another check looks at the certificate
        connection = http.client.HTTPSConnection(web.host, web.port, timeout=_TIMEOUT, context=anybody)
    else:
        connection = http.client.HTTPConnection(web.host, web.port, timeout=_TIMEOUT)
    with contextlib.closing(connection), contextlib.suppress(OSError, http.client.HTTPException, ValueError):
        connection.request("GET", "/api/seat", headers={"Host": urlsplit(settings.page_url).netloc})
        answer = connection.getresponse()
        told = json.loads(answer.read(10_000))
        return answer.status == http.client.UNAUTHORIZED and told.keys() == {"why", "error"}
    return False


def _way(settings: Settings) -> Iterator[Check]:
    """Passwords and customers' data pass over it: in the clear they may on this machine only."""
    web = settings.web
    advice = sentence("Set web.tls_cert and web.tls_key, or a TLS proxy before it and web.trusted_proxies.")
    if not web.tls_cert and not web.trusted_proxies and not _on_loopback_only(web):
        said = sentence("{host} is open to others, without TLS or a trusted proxy", host=web.host)
        yield warning("pages", said, advice)
    elif web.public_url.startswith("http://") and not _is_loopback(urlsplit(web.public_url).hostname or ""):
        yield warning("pages", sentence("agents open {url}, without TLS", url=web.public_url), advice)
    if web.public_url.startswith("https://") and not web.tls_cert and not web.trusted_proxies:
        yield warning(
            "pages",
            sentence("{url} is no address of this daemon, and no proxy is trusted", url=web.public_url),
            sentence("Set web.trusted_proxies to the address of the proxy: else all agents seem to come from it."),
        )


def _on_loopback_only(web: WebSettings) -> bool:
    try:
        return all(_is_loopback(str(where[0])) for *_, where in _resolved(web))
    except OSError:
        return True  # nothing can answer there


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False


def _certificate(settings: Settings, tls: ssl.SSLContext) -> Check:
    """Its time has not run out, and the name agents open is its own."""
    file, name = settings.web.tls_cert, urlsplit(settings.page_url).hostname or settings.web.host
    try:
        until = valid_until(tls, file)
    except NotTrustedError as error:
        said = sentence("{file}: {problem}", file=file, problem=error)
        return failed("pages_tls", said, sentence("Have it issued anew: browsers refuse it."))
    try:
        if not _stands_for_all(name):
            valid_until(tls, file, name)
    except NotTrustedError as error:
        said = sentence("{file}: {problem}", file=file, problem=error)
        return warning(
            "pages_tls", said, sentence("Have it issued for the name agents open, or correct web.public_url.")
        )
    left = until - time.time()
    said = _validity(until, left)
    return (
        warning("pages_tls", said, sentence("Have it issued anew in time.")) if left < _SOON else ok("pages_tls", said)
    )


def _validity(until: float, left: float) -> Sentence:
    day = time.strftime("%Y-%m-%d", time.gmtime(until))
    return sentence("the certificate is valid until {day}: {days:.0f} days", day=day, days=left // _DAY)


def _stands_for_all(host: str) -> bool:
    """0.0.0.0 and ::, which are no name anybody opens."""
    with contextlib.suppress(ValueError):
        return ip_address(host).is_unspecified
    return False

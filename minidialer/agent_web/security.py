"""What every answer carries, and which requests are not even looked at.

CSRF: a browser says with Sec-Fetch-Site where an unsafe request comes from, and an older one with Origin; what has
neither is no browser, so nobody's cookie was borrowed. The session's cookie is SameSite=Strict besides. A page whose
name was turned to our address (DNS rebinding) is of the same origin for the browser: only the name tells it apart.
"""

import re
from ipaddress import ip_address

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from minidialer.domain.sentence import RefusedError

from .client import is_encrypted, own_origin
from .settings import WebSettings

_HOST = re.compile(r"(?:\[([^\]]*)\]|([^:]*))(?::[0-9]*)?")  # RFC 9110, 7.2: an IPv6 address stands in brackets
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not no-referrer: with that a browser sends `Origin: null` with our own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


class ForeignRequestError(RefusedError):
    """The request comes from another site's page, or is meant for another host."""


def guard(settings: WebSettings) -> Middleware:
    """The middleware that refuses foreign requests."""

    @web.middleware
    async def look(request: web.Request, handler: Handler) -> web.StreamResponse:
        _look_at_host(request.headers.get("Host", "").lower(), settings)
        if request.method not in SAFE and not _is_ours(request, settings):
            raise ForeignRequestError("This request came from another site and was refused: open the page itself.")
        return await handler(request)

    return look


def _look_at_host(host: str, settings: WebSettings) -> None:
    """Raises ForeignRequestError for the name of somebody else."""
    if settings.public_origin:
        if host != _host(settings):
            raise ForeignRequestError(
                "This is not the address of these pages: open {origin}.", origin=_public(settings)
            )
    elif not _is_own_name(host, settings):
        raise ForeignRequestError(
            "These pages do not answer under this name: set web.public_url to the address that agents open."
        )


def _is_own_name(host: str, settings: WebSettings) -> bool:
    """One of this machine's names, or an address of digits, which no DNS can turn to another machine."""
    found = _HOST.fullmatch(host)
    if found is None:
        return False
    literal, name = found.groups()
    if literal is None and (name == "localhost" or name in settings.names):
        return name != ""
    try:
        return ip_address(literal or name).version == (6 if literal else 4)
    except ValueError:
        return False


def _is_ours(request: web.Request, settings: WebSettings) -> bool:
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    origin = request.headers.get("Origin")
    return site in {"same-origin", "none"} and (origin is None or origin.lower() == own_origin(request, settings))


def _public(settings: WebSettings) -> str:
    return settings.public_origin.rstrip("/")


def _host(settings: WebSettings) -> str:
    return _public(settings).partition("://")[2].lower()


def add_headers(app: web.Application, settings: WebSettings) -> None:
    """Let every answer of the app carry HEADERS; what says nothing else is kept by nobody."""

    async def on_prepare(request: web.Request, response: web.StreamResponse) -> None:
        response.headers.update(HEADERS)
        if not response.headers.get("Cache-Control", "").startswith("public"):
            response.headers["Cache-Control"] = "no-store"
        if is_encrypted(request, settings):
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        response.headers.popall("Server", None)

    app.on_response_prepare.append(on_prepare)

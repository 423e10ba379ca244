"""Who is at the other end of a request: their address, and whether the way to them is encrypted.

X-Forwarded-For and X-Forwarded-Proto count only when the connection comes from a configured proxy; then the client is
the last address in the chain that is not a proxy itself, because everything before it anybody could have written.
"""

from ipaddress import IPv4Address, IPv6Address, ip_address

from aiohttp import web

from .settings import WebSettings

_Address = IPv4Address | IPv6Address


def client_address(request: web.Request, settings: WebSettings) -> str:
    """The client's address, as far as it can be trusted; "" when there is none."""
    near = _address(request.remote or "")
    if near is None:
        return ""
    chain = [_address(part.strip()) for part in _forwarded(request, "X-Forwarded-For").split(",")]
    while chain and _is_proxy(near, settings):
        before = chain.pop()
        if before is None:
            break
        near = before
    return str(near)


def is_encrypted(request: web.Request, settings: WebSettings) -> bool:
    """Does the browser reach us over TLS, here or at the proxy?"""
    if settings.tls or settings.public_origin.startswith("https://"):
        return True
    near = _address(request.remote or "")
    if near is None or not _is_proxy(near, settings):
        return False
    return _forwarded(request, "X-Forwarded-Proto").split(",")[-1].strip().lower() == "https"


def own_origin(request: web.Request, settings: WebSettings) -> str:
    """The origin that the page in the browser has."""
    if settings.public_origin:
        return settings.public_origin.rstrip("/").lower()
    scheme = "https" if is_encrypted(request, settings) else "http"
    return f"{scheme}://{request.headers.get('Host', '')}".lower()


def _forwarded(request: web.Request, name: str) -> str:
    return ",".join(request.headers.getall(name, ()))


def _is_proxy(address: _Address, settings: WebSettings) -> bool:
    return any(address in network for network in settings.trusted_proxies)


def _address(text: str) -> _Address | None:
    try:
        address = ip_address(text.strip("[]"))
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address

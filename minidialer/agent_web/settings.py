"""What the pages are told of their surroundings."""

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network


@dataclass(frozen=True, slots=True)
class WebSettings:
    """`public_origin`: the address in the browser, like `https://dialer.example`; "" takes it from each request.

    `names`: lower-case host names under which requests are answered when `public_origin` is "", beside `localhost` and
    addresses of digits. Any other name may be a foreign page's, whose DNS was turned to us (DNS rebinding).
    `tls`: the daemon itself speaks TLS. `trusted_proxies`: whose X-Forwarded-For and X-Forwarded-Proto count.
    `body_limit`: bytes of one request. `beat`: seconds between two signs of life of a stream; a page takes the
    connection for lost after about three of them. `answer_within`: seconds after which a stream whose page stays
    silent is ended. `patience`: seconds a client may take to send a request, or to take what is sent to it.
    """

    public_origin: str = ""
    names: frozenset[str] = frozenset()
    tls: bool = False
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = ()
    body_limit: int = 1024 * 1024
    beat: float = 0.5
    answer_within: float = 10.0
    patience: float = 15.0

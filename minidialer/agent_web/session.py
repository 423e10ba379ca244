"""The session's cookie: a random token the daemon knows, and nothing else."""

from aiohttp import web

from .client import is_encrypted
from .i18n import Words, preferred, words
from .keys import SERVICES, SETTINGS
from .services import Ended, Seat

PLAIN, ENCRYPTED = "minidialer", "__Host-minidialer"  # a browser keeps __Host- cookies from any other host
LONGEST_TOKEN = 200
_WORDS: web.RequestKey[Words] = web.RequestKey("words", Words)


def token_of(request: web.Request) -> str:
    """The token of the request's session. Raises Ended when there is none."""
    token = request.cookies.get(_name(request), "")
    if not token or len(token) > LONGEST_TOKEN:
        raise Ended("unknown")
    return token


async def seat_of(request: web.Request) -> Seat:
    """Whose request this is; from here on it is answered in the agent's own language. Raises Ended."""
    seat = await request.app[SERVICES].seat(token_of(request))
    request[_WORDS] = words(seat.language or preferred(request.headers.get("Accept-Language", "")))
    return seat


def words_of(request: web.Request) -> Words:
    """The words the request is answered in."""
    return request.get(_WORDS) or words(preferred(request.headers.get("Accept-Language", "")))


def keep(request: web.Request, response: web.StreamResponse, token: str) -> None:
    """Give the browser the session; it forgets it when it is closed."""
    encrypted = is_encrypted(request, request.app[SETTINGS])
    response.set_cookie(_name(request), token, httponly=True, samesite="Strict", secure=encrypted, path="/")


def forget(request: web.Request, response: web.StreamResponse) -> None:
    """Take the session from the browser."""
    encrypted = is_encrypted(request, request.app[SETTINGS])
    response.del_cookie(_name(request), httponly=True, samesite="Strict", secure=encrypted, path="/")


async def forget_if_over(request: web.Request, response: web.StreamResponse) -> bool:
    """After a log-out; False when the session goes on until the present call and form are done."""
    try:
        await seat_of(request)
    except Ended:
        forget(request, response)
        return True
    return False


def _name(request: web.Request) -> str:
    return ENCRYPTED if is_encrypted(request, request.app[SETTINGS]) else PLAIN

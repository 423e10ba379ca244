"""Reading what a client sends, no more of it and no longer than configured."""

import asyncio

from aiohttp import web

from .fields import BadInputError, Fields
from .keys import SETTINGS

FORM = "application/x-www-form-urlencoded"


class TooLargeError(BadInputError):
    """More bytes than a request may have."""


async def read_fields(request: web.Request, limit: int | None = None) -> Fields:
    """The JSON object of the body. Raises BadInputError, TooLargeError."""
    if request.can_read_body and request.content_type != "application/json":
        raise BadInputError("The request is not JSON: send it as application/json.")
    return Fields.parse(await _read(request, limit))


async def read_login(request: web.Request) -> Fields:
    """The fields of the log-in form."""
    if request.content_type != FORM:
        raise BadInputError("The request is not a form: log in on the page.")
    await _read(request, 4096)  # aiohttp keeps what it has read
    return Fields({name: value for name, value in (await request.post()).items() if isinstance(value, str)})


async def _read(request: web.Request, limit: int | None) -> bytes:
    settings = request.app[SETTINGS]
    most = limit or settings.body_limit
    if (request.content_length or 0) > most:
        raise TooLargeError("The request is larger than {most} bytes: shorten what you typed.", most=most)
    try:
        async with asyncio.timeout(settings.patience):
            body = await request.read()
    except web.HTTPRequestEntityTooLarge:
        raise TooLargeError("The request is larger than {most} bytes: shorten what you typed.", most=most) from None
    except TimeoutError:
        raise BadInputError("The request did not arrive in time: try again.") from None
    if len(body) > most:
        raise TooLargeError("The request is larger than {most} bytes: shorten what you typed.", most=most)
    return body

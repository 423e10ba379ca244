"""The pages' JSON interface, for the page's own script and for robots; docs/agent.md describes it.

What is done answers 204: the stream brings the view that comes of it.
"""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from aiohttp import web

from .bodies import read_fields
from .client import client_address
from .fields import BadInputError, days, moment
from .keys import SERVICES, SETTINGS, STREAMS
from .services import Seat, Services
from .session import forget_if_over, keep, seat_of, token_of, words_of
from .shown import Shown
from .streams import dumped, events

routes = web.RouteTableDef()
routes.get("/api/events")(events)

MOST_AT_ONCE = 100  # leads handed out by one request


def _answer(value: object) -> web.Response:
    return web.Response(text=dumped(value), content_type="application/json")


def _done() -> web.Response:
    return web.Response(status=204)


def _services(request: web.Request) -> tuple[Services, str]:
    return request.app[SERVICES], token_of(request)


async def _shown(request: web.Request) -> Shown:
    seat = await seat_of(request)
    return Shown(seat, words_of(request), datetime.now(UTC))


def _named(request: web.Request, name: str) -> int:
    """The number in the path; the route has digits there only."""
    return int(request.match_info[name])


@routes.post("/api/session")
async def sign_in(request: web.Request) -> web.Response:
    """Log in."""
    fields = await read_fields(request, limit=4096)
    login, password = fields.take_line("login"), fields.take_text("password")
    fields.done()
    address = client_address(request, request.app[SETTINGS])
    signed_in = await request.app[SERVICES].sign_in(login, password, address)
    response = _answer(Shown(signed_in.seat, words_of(request), datetime.now(UTC)).seat())
    keep(request, response, signed_in.token)
    return response


@routes.delete("/api/session")
async def sign_out(request: web.Request) -> web.Response:
    """Log out."""
    services, token = _services(request)
    await services.sign_out(token)
    response = _done()
    await forget_if_over(request, response)
    return response


@routes.get("/api/seat")
async def seat(request: web.Request) -> web.Response:
    """Whose session it is."""
    return _answer((await _shown(request)).seat())


@routes.get("/api/view")
async def view(request: web.Request) -> web.Response:
    """The view as the stream sends it."""
    services, token = _services(request)
    shown = await _shown(request)
    return _answer(shown.view(await services.view(token)))


@routes.post("/api/here")
async def here(request: web.Request) -> web.Response:
    """The page of a stream is there."""
    fields = await read_fields(request, limit=4096)
    stream = fields.take_line("stream")
    fields.done()
    if not request.app[STREAMS].answered(token_of(request), stream):
        raise BadInputError("This stream has ended: open it again.")
    return _done()


@routes.post("/api/join")
async def join(request: web.Request) -> web.Response:
    """Join a campaign."""
    services, token = _services(request)
    fields = await read_fields(request)
    campaign = fields.take_id("campaign_id")
    fields.done()
    await services.join(token, campaign)
    return _done()


@routes.post("/api/leave")
async def leave(request: web.Request) -> web.Response:
    """Leave the campaign."""
    services, token = _services(request)
    await services.leave(token)
    return _done()


@routes.post("/api/pause")
async def pause(request: web.Request) -> web.Response:
    """Pause."""
    services, token = _services(request)
    fields = await read_fields(request)
    reason = fields.take_line("reason", 60)
    fields.done()
    await services.pause(token, reason)
    return _done()


@routes.post("/api/resume")
async def resume(request: web.Request) -> web.Response:
    """Be back from a pause."""
    services, token = _services(request)
    await services.resume(token)
    return _done()


@routes.post("/api/call/hang-up")
async def hang_up(request: web.Request) -> web.Response:
    """End the talk."""
    services, token = _services(request)
    await services.hang_up(token)
    return _done()


@routes.post("/api/call/hold")
async def hold(request: web.Request) -> web.Response:
    """Put the customer on hold, or take them back."""
    services, token = _services(request)
    fields = await read_fields(request)
    on = fields.take_flag("on")
    fields.done()
    await services.hold(token, on)
    return _done()


@routes.post("/api/call/transfer")
async def transfer(request: web.Request) -> web.Response:
    """Transfer the customer."""
    services, token = _services(request)
    fields = await read_fields(request)
    target = fields.take_line("target", 60)
    fields.done()
    if not target:
        raise BadInputError("Say where to: an extension or a number.")
    await services.transfer(token, target)
    return _done()


@routes.post("/api/call/digit")
async def digit(request: web.Request) -> web.Response:
    """Send one DTMF digit."""
    services, token = _services(request)
    fields = await read_fields(request)
    key = fields.take_line("digit", 1)
    fields.done()
    if not key or key not in "0123456789*#":
        raise BadInputError("A key is one of 0-9, * and #.")
    await services.send_digit(token, key)
    return _done()


@routes.post(r"/api/forms/{attempt:\d{1,18}}/draft")
async def keep_draft(request: web.Request) -> web.Response:
    """Keep what was typed."""
    services, token = _services(request)
    fields = await read_fields(request)
    draft = fields.take_draft()
    fields.done()
    await services.keep_draft(token, _named(request, "attempt"), draft)
    return _done()


@routes.post(r"/api/forms/{attempt:\d{1,18}}/callback")
async def check_callback(request: web.Request) -> web.Response:
    """What speaks against a time."""
    services, token = _services(request)
    owner = await seat_of(request)
    fields = await read_fields(request)
    text = fields.take_line("at", 40)
    fields.done()
    warning = await services.check_callback(token, _named(request, "attempt"), moment(text, _zone(owner)))
    return _answer({"warning": words_of(request).say(warning) if warning is not None else ""})


@routes.post(r"/api/forms/{attempt:\d{1,18}}/save")
async def save(request: web.Request) -> web.Response:
    """Save the form."""
    services, token = _services(request)
    owner = await seat_of(request)
    fields = await read_fields(request)
    disposition = fields.take_optional_id("disposition_id")
    callback_at = fields.take_moment("callback_at", _zone(owner))
    notes, changed = fields.take_text("notes"), fields.take_texts("fields")
    fields.done()
    if disposition is None:
        raise BadInputError("Choose how the call ended, then save.")
    await services.save(
        token,
        _named(request, "attempt"),
        disposition_id=disposition,
        callback_at=callback_at,
        notes=notes,
        fields=changed,
    )
    return _done()


@routes.get("/api/connections")
async def connections(request: web.Request) -> web.Response:
    """What the agent may call by hand."""
    services, token = _services(request)
    shown = await _shown(request)
    search = request.query.get("search", "")[:200].replace("\0", "").strip()
    return _answer(shown.connections(await services.connections(token, search)))


@routes.post("/api/leads/take")
async def take_leads(request: web.Request) -> web.Response:
    """Have more leads handed out."""
    services, token = _services(request)
    fields = await read_fields(request)
    campaign, count = fields.take_id("campaign_id"), fields.take_count("count", MOST_AT_ONCE)
    fields.done()
    return _answer({"taken": await services.take_leads(token, campaign, count)})


@routes.post(r"/api/leads/{lead:\d{1,18}}/release")
async def release(request: web.Request) -> web.Response:
    """Give a lead back."""
    services, token = _services(request)
    await services.release(token, _named(request, "lead"))
    return _done()


@routes.post(r"/api/leads/{lead:\d{1,18}}/call")
async def call(request: web.Request) -> web.Response:
    """Click to call."""
    services, token = _services(request)
    fields = await read_fields(request)
    campaign = fields.take_id("campaign_id")
    fields.done()
    await services.call(token, _named(request, "lead"), campaign)
    return _done()


@routes.get("/api/statistics")
async def statistics(request: web.Request) -> web.Response:
    """The agent's own work on some days."""
    services, token = _services(request)
    owner = await seat_of(request)
    now = datetime.now(UTC)
    first, last = days(
        request.query.get("first", ""), request.query.get("last", ""), now.astimezone(_zone(owner)).date()
    )
    counted = await services.statistics(token, first, last)
    return _answer(Shown(owner, words_of(request), now).statistics(counted))


def _zone(owner: Seat) -> ZoneInfo:
    return ZoneInfo(owner.time_zone)

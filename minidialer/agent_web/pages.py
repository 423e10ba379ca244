"""The HTML pages: log in, and the one page of the agent's day. Everything in them is escaped by jinja2."""

from functools import cache
from pathlib import Path
from typing import Any

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from minidialer.domain.sentence import RefusedError

from . import labels
from .bodies import read_login
from .client import client_address
from .errors import REFUSED
from .i18n import words
from .keys import PAGES, SERVICES, SETTINGS
from .services import Ended
from .session import forget_if_over, keep, seat_of, token_of, words_of
from .static_files import StaticFiles

FOLDER = Path(__file__).parent / "templates"
routes = web.RouteTableDef()


class Pages:
    """Renders the templates."""

    def __init__(self, files: StaticFiles) -> None:
        self._files = files

    def answer(self, request: web.Request, template: str, status: int = 200, **values: Any) -> web.Response:
        """A page in the reader's language."""
        spoken = words_of(request)
        page = _environment(spoken.language).get_template(template)
        text = page.render(language=spoken.language, file=self._files.address, **values)
        return web.Response(text=text, status=status, content_type="text/html")


@cache
def _environment(language: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    spoken = words(language)
    environment.install_gettext_callables(spoken.gettext, spoken.ngettext, newstyle=True)  # type: ignore[attr-defined]  # comes with the extension
    return environment


@routes.get("/")
async def page(request: web.Request) -> web.Response:
    """The agent's page. Its script asks for everything else."""
    seat = await seat_of(request)
    return request.app[PAGES].answer(request, "page.html", seat=seat)


@routes.get("/login")
async def login_page(request: web.Request) -> web.Response:
    """The log-in form; whoever is logged in goes on to the page."""
    try:
        await seat_of(request)
    except Ended:
        why = request.query.get("why", "")
        notice = words_of(request).gettext(labels.ENDED[why]) if why in labels.ENDED else ""
        return request.app[PAGES].answer(request, "login.html", notice=notice, problem="", login="")
    raise web.HTTPSeeOther("/")


@routes.post("/login")
async def log_in(request: web.Request) -> web.Response:
    """Log in by the form."""
    login = ""
    try:
        fields = await read_login(request)
        login, password = fields.take_line("login"), fields.take_text("password")
        fields.done()
        address = client_address(request, request.app[SETTINGS])
        signed_in = await request.app[SERVICES].sign_in(login, password, address)
    except RefusedError as error:
        problem = words_of(request).say(error.sentence)
        return request.app[PAGES].answer(request, "login.html", status=REFUSED, notice="", problem=problem, login=login)
    response = web.Response(status=303, headers={"Location": "/"})
    keep(request, response, signed_in.token)
    return response


@routes.post("/logout")
async def log_out(request: web.Request) -> web.Response:
    """Log out; with a form open the page stays until it is saved."""
    await request.app[SERVICES].sign_out(token_of(request))
    response = web.Response(status=303, headers={"Location": "/"})
    if await forget_if_over(request, response):
        response.headers["Location"] = "/login"
    return response

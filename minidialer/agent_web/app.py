"""The agents' pages as one aiohttp application, and how it is served."""

from aiohttp import web

from . import api, pages
from .errors import tell
from .keys import PAGES, SERVICES, SETTINGS, STREAMS
from .pages import Pages
from .security import add_headers, guard
from .services import Services
from .settings import WebSettings
from .static_files import StaticFiles
from .streams import Streams

LONGEST_LINE = 4096  # bytes of a request line and of a header
MOST_HEADERS = 64


def make_app(services: Services, settings: WebSettings | None = None) -> web.Application:
    """The pages, with the daemon handed in."""
    known = settings or WebSettings()
    app = web.Application(middlewares=[tell, guard(known)], client_max_size=known.body_limit)
    files, streams = StaticFiles(), Streams()
    app[SERVICES], app[SETTINGS], app[STREAMS], app[PAGES] = services, known, streams, Pages(files)
    add_headers(app, known)
    app.on_shutdown.append(streams.end_all)
    app.add_routes(pages.routes)
    app.add_routes(api.routes)
    app.router.add_get("/static/{name}", files.answer)
    return app


def make_runner(app: web.Application) -> web.AppRunner:
    """A runner with limits: who is slow or sends no end of headers is cut off and costs the others nothing."""
    return web.AppRunner(
        app,
        access_log=None,
        keepalive_timeout=app[SETTINGS].patience,
        lingering_time=2.0,
        max_line_size=LONGEST_LINE,
        max_field_size=LONGEST_LINE,
        max_headers=MOST_HEADERS,
        shutdown_timeout=5.0,
    )

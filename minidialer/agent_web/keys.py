"""What the handlers find in the application."""

from typing import TYPE_CHECKING

from aiohttp import web

from .services import Services
from .settings import WebSettings

if TYPE_CHECKING:  # these use the keys themselves
    from .pages import Pages
    from .streams import Streams

SERVICES: web.AppKey[Services] = web.AppKey("services", Services)
SETTINGS: web.AppKey[WebSettings] = web.AppKey("settings", WebSettings)
STREAMS: "web.AppKey[Streams]" = web.AppKey("streams")
PAGES: "web.AppKey[Pages]" = web.AppKey("pages")

"""Driving the app: opened on a stand-in daemon, waited for until it shows all it asked for, in one of the languages."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from minidialer.tui.app import SupervisorApp
from minidialer.tui.page import Page

from .world import NOON

SMALL, LARGE = (80, 24), (140, 40)
LOOKS = pytest.mark.parametrize(
    ("lang", "size"),
    [("en", SMALL), ("pl", SMALL), ("en", LARGE), ("pl", LARGE)],
    ids=["en-80x24", "pl-80x24", "en-140x40", "pl-140x40"],
)
LONGEST = 60.0  # seconds: what is waited for comes at once, but for a machine that is busy or stalls
_WAITED_FOR = {"load", "doing"}


class Listening(Protocol):
    """A daemon, the stand-in or the real one."""

    @property
    def socket(self) -> Path: ...


def new_app(daemon: Listening) -> SupervisorApp:
    """The app on this daemon, its clock standing still."""
    return SupervisorApp(daemon.socket, zone=ZoneInfo("Europe/Warsaw"), clock=lambda: NOON)


async def settled(pilot: Pilot[None]) -> None:
    """Wait until everything that was asked has been answered and shown.

    Under a dialog, or a page opened over it, an action may wait for the person: only the page on top is waited for.
    """
    app = pilot.app
    assert isinstance(app, SupervisorApp)
    async with asyncio.timeout(LONGEST):
        while True:
            await pilot.pause()
            page = app.screen
            busy = any(w.group in _WAITED_FOR and w.is_running and w.node is page for w in app.workers)
            watching = isinstance(page, Page) and page.LIVE and not page.snapshots_seen
            if app.session.online and not busy and not watching:
                break
            await asyncio.sleep(0.005)
    await pilot.pause()


async def until(true: Callable[[], bool], longest: float = LONGEST) -> None:
    """Back once it is true; TimeoutError when that takes too long."""
    async with asyncio.timeout(longest):
        while not true():  # noqa: ASYNC110  # what is waited for raises no event of its own
            await asyncio.sleep(0.01)


@contextlib.asynccontextmanager
async def driven(
    daemon: Listening, place: str = "overview", size: tuple[int, int] = SMALL
) -> AsyncIterator[Pilot[None]]:
    """The app at a place, settled; `await press(pilot, "down", "s")` from there."""
    app = new_app(daemon)
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        if place != app.current_mode:
            app.go(place)
            await settled(pilot)
        yield pilot


async def press(pilot: Pilot[None], *keys: str) -> None:
    """Press keys one after the other, each when the one before has had its effect."""
    for key in keys:
        await pilot.press(key)
        await settled(pilot)


def typed(pilot: Pilot[None], text: str) -> None:
    """As if the line with the focus had been typed over: a long text takes a press of a key each otherwise."""
    line = pilot.app.focused
    assert isinstance(line, Input)
    line.value = text


async def steady(pilot: Pilot[None]) -> None:
    """Stop the blinking of cursors, each where it can be seen: a picture is not to depend on the moment."""
    for line in pilot.app.screen.query(Input):
        line.cursor_blink = False
        line._cursor_visible = line.has_focus
    for text in pilot.app.screen.query(TextArea):
        text.cursor_blink = False
    await pilot.pause()


def screen_text(pilot: Pilot[None]) -> str:
    """What stands on the screen, line by line."""
    app = pilot.app
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips)


def notices(pilot: Pilot[None]) -> list[str]:
    """What was said in notices that are still shown, the oldest first."""
    return [notice.message for notice in pilot.app._notifications]

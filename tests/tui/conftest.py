"""A stand-in daemon for every test, and snapshots of what is on the screen."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

import pytest
from pytest_textual_snapshot import SVGImageExtension  # type: ignore[import-untyped]
from textual.pilot import Pilot

from minidialer import i18n
from minidialer.tui.app import SupervisorApp
from minidialer.tui.page import Page

from .harness import SMALL, new_app, press, settled, steady
from .stand_in import StandIn, serving
from .world import World, busy_world


@pytest.fixture
def world() -> World:
    return busy_world()


@pytest.fixture
def daemon(world: World, tmp_path: Path) -> Iterator[StandIn]:
    with serving(world, tmp_path) as opened:
        yield opened


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    i18n.set_language("en")
    yield
    i18n.set_language("en")


@pytest.fixture(autouse=True)
def notices_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    """Until a test is over: a slow machine takes longer to look than a person."""
    monkeypatch.setattr("minidialer.tui.page._NOTICE_SECONDS", 3600)
    monkeypatch.setattr(SupervisorApp, "NOTIFICATION_TIMEOUT", 3600)


SVGImageExtension.file_extension = "svg"  # the plugin sets it by the name it had before syrupy 5


class Snap(Protocol):
    def __call__(
        self,
        screen: str | Callable[[], Page],
        size: tuple[int, int] = SMALL,
        lang: str = "en",
        press: Sequence[str] = (),
        before: Callable[[Pilot[None]], Awaitable[None]] | None = None,
    ) -> None: ...


@pytest.fixture
def snap(snap_compare: Any, daemon: StandIn) -> Snap:
    """Compare a place (by name) or a page (opened over the overview) with its picture, after some keys."""

    def compare(
        screen: str | Callable[[], Page],
        size: tuple[int, int] = SMALL,
        lang: str = "en",
        keys: Sequence[str] = (),
        before: Callable[[Pilot[None]], Awaitable[None]] | None = None,
    ) -> None:
        i18n.set_language(lang)
        app = new_app(daemon)

        async def prepare(pilot: Pilot[None]) -> None:
            await settled(pilot)
            if callable(screen):
                app.open(screen())
            elif screen != app.current_mode:
                app.go(screen)
            await settled(pilot)
            await press(pilot, *keys)
            if before is not None:
                await before(pilot)
            await steady(pilot)

        assert snap_compare(app, terminal_size=size, run_before=prepare)

    return lambda screen, size=SMALL, lang="en", press=(), before=None: compare(screen, size, lang, press, before)

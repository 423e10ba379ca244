"""Work that takes a while, in a dialog with a bar; Esc gives it up."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import ClassVar, Generic, TypeVar

from pydantic import BaseModel
from rich.text import Text
from textual.app import ComposeResult, RenderResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from textual.widgets import Button, Static

from minidialer.control.method import Method
from minidialer.control.sentences import ControlError
from minidialer.i18n import N_, _
from minidialer.tui.page import Page
from minidialer.tui.text import keyed, plain

from .dialogs import Dialog

T = TypeVar("T")
P = TypeVar("P", bound=BaseModel)
R = TypeVar("R", bound=BaseModel)
_LOOK_EVERY = 0.1  # seconds
_ASK_EVERY = 0.5  # seconds
_FULL, _EMPTY = "━", "─"


class GivenUpError(Exception):
    """The person gave the work up."""


class Progress:
    """What the work tells of itself, from any thread."""

    def __init__(self) -> None:
        self.share: float | None = None
        self.text = ""
        self.given_up = False

    def tell(self, share: float | None, text: str = "") -> None:
        """How much is done (0 to 1; None: nobody knows) and a line about it."""
        self.share, self.text = share, text

    def step(self, share: float | None, text: str = "") -> None:
        """The same for work that ends where it stands when it is given up. Raises GivenUpError."""
        self.tell(share, text)
        if self.given_up:
            raise GivenUpError


Work = Callable[[Progress], Awaitable[T]]


class Bar(Widget, can_focus=False):
    """One line: the share as a bar and in percent; only dashes while nobody knows."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"bar--done", "bar--left"}
    DEFAULT_CSS = """
    Bar { height: 1; width: 100%; margin-top: 1;
        & > .bar--done { color: $text-accent; }
        & > .bar--left { color: $foreground 30%; }
    }
    """
    share: float | None = None

    def show(self, share: float | None) -> None:
        """This much is done."""
        if share != self.share:
            self.share = share
            self.refresh()

    def render(self) -> RenderResult:
        share = min(max(self.share or 0.0, 0.0), 1.0)
        percent = f" {share:4.0%}" if self.share is not None else ""
        width = max(0, self.size.width - len(percent))
        done = int(width * share)
        line = Text(no_wrap=True)
        line.append(_FULL * done, self.get_component_rich_style("bar--done", partial=True))
        line.append(_EMPTY * (width - done), self.get_component_rich_style("bar--left", partial=True))
        return line.append(percent)


class _Ended(Generic[T]):
    """What the work gave, or what it failed of; neither when it was given up."""

    def __init__(self, result: T | None = None, error: ControlError | None = None) -> None:
        self.result, self.error = result, error


class Working(Dialog[_Ended[T]]):
    """Does the work while it is shown."""

    DEFAULT_CSS = """
    Working { align: center middle; background: $background 60%; }
    Working > Vertical { width: 64; max-width: 94%; height: auto; padding: 1 2;
        background: $surface; border: round $border; }
    Working .title { text-style: bold; width: 100%; }
    Working .text { width: 100%; margin-top: 1; }
    Working .told { width: 100%; height: 1; margin-top: 1; text-wrap: nowrap; text-overflow: ellipsis; }
    Working Horizontal { height: auto; margin-top: 1; }
    Working .keys { width: 100%; margin-top: 1; color: $foreground 60%; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", N_("Cancel"))]

    def __init__(self, title: str, work: Work[T], *, text: str = "", may_be_given_up: bool = True) -> None:
        super().__init__(title, text)
        self._work, self._may = work, may_be_given_up
        self._progress = Progress()

    def compose(self) -> ComposeResult:
        with Vertical():
            yield from self._heading()
            yield Bar()
            yield Static(classes="told")
            if self._may:
                cancel = Button(Text(_("Cancel")), compact=True)
                cancel.can_focus = False  # Enter, pressed once too often before, shall not cancel
                with Horizontal():
                    yield cancel
                yield Static(keyed(_("`Esc` cancels it.")), classes="keys")

    def on_button_pressed(self) -> None:
        self.action_leave()

    def on_mount(self) -> None:
        self.set_interval(_LOOK_EVERY, self.look)
        self.run_worker(self._do(), group="doing")

    def on_unmount(self) -> None:
        self._progress.given_up = True  # the program is left: a thread shall not go on alone

    def look(self) -> None:
        """Show how far it is."""
        self.query_one(Bar).show(self._progress.share)
        self.query_one(".told", Static).update(Text(plain(self._progress.text)))

    async def _do(self) -> None:
        try:
            ended = _Ended(await self._work(self._progress))
        except GivenUpError:
            ended = _Ended()
        except ControlError as error:
            ended = _Ended(error=error)
        self.dismiss(ended)

    def action_leave(self) -> None:
        if self._may:
            self._progress.given_up = True
            self.query_one(".keys", Static).update(Text(_("Cancelling…")))


async def while_working(
    page: Page, title: str, work: Work[T], *, text: str = "", may_be_given_up: bool = True
) -> T | None:
    """Do the work with a dialog over the page. None: it was given up. Within an action. Raises ControlError."""
    dialog = Working(title, work, text=text, may_be_given_up=may_be_given_up)
    ended: _Ended[T] = await page.app.push_screen_wait(dialog)
    if ended.error is not None:
        raise ended.error
    return ended.result


async def long_call(
    page: Page, title: str, method: Method[P, R], params: P, share: Callable[[], Awaitable[float]] | None = None
) -> R:
    """Ask the daemon what takes it seconds, over a line of its own. Within an action. Raises ControlError.

    `share`: finds out how much is done, where that can be known.
    """

    async def work(progress: Progress) -> R:
        async with page.supervisor.session.line() as client, _looking(progress, share):
            return await client.call(method, params)

    result = await while_working(page, title, work, may_be_given_up=False)
    assert result is not None  # noqa: S101  # it cannot be given up
    return result


@contextlib.asynccontextmanager
async def _looking(progress: Progress, share: Callable[[], Awaitable[float]] | None) -> AsyncIterator[None]:
    """Tell now and then how much is done, while the block waits."""

    async def look(share: Callable[[], Awaitable[float]]) -> None:
        with contextlib.suppress(ControlError):  # the answer itself will say what is wrong
            while True:
                await asyncio.sleep(_ASK_EVERY)
                progress.tell(await share())

    refusal: ControlError | None = None
    async with asyncio.TaskGroup() as tasks:
        looking = tasks.create_task(look(share)) if share is not None else None
        try:
            yield
        except ControlError as error:  # not in a group, as everybody else raises it
            refusal = error
        if looking is not None:
            looking.cancel()
    if refusal is not None:
        raise refusal

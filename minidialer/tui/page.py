"""The base of every screen: the bars at its edges, what it loads and watches while it is shown, notices, questions."""

import functools
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, ClassVar, Concatenate, ParamSpec, TypeVar, cast

from pydantic import BaseModel
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.css.query import NoMatches
from textual.screen import Screen
from textual.timer import Timer
from textual.worker import Worker, WorkerState

from minidialer.control.method import Method
from minidialer.control.models.base import Done
from minidialer.control.models.watch import Lines, Snapshot
from minidialer.control.sentences import ControlError, DaemonAwayError
from minidialer.i18n import N_, _, say

from .text import plain, spoken
from .widgets.bars import Banner, KeyBar, NavBar
from .widgets.dialogs import Ask, Choose, ChooseMany, Confirm

if TYPE_CHECKING:
    from .app import SupervisorApp

P = TypeVar("P", bound=BaseModel)
R = TypeVar("R", bound=BaseModel)
V = TypeVar("V")
S = TypeVar("S", bound="Page")
Given = ParamSpec("Given")
_NOTICE_SECONDS = 6


async def told(page: "Page", work: Coroutine[Any, Any, None]) -> None:
    """Do it; a refusal becomes a notice. A page that is being taken away misses its widgets: that is no mistake."""
    try:
        await work
    except ControlError as error:
        page.refused(error)
    except NoMatches:
        if page.display and page.app.is_running:
            raise


def doing(
    action: Callable[Concatenate[S, Given], Coroutine[Any, Any, None]],
) -> Callable[Concatenate[S, Given], None]:
    """An action that asks the daemon or the person: runs beside the keys, its refusal becomes a notice.

    While one runs, the next is not taken: what is on the screen is about to change.
    """

    @functools.wraps(action)
    def start(self: S, *args: Given.args, **kwargs: Given.kwargs) -> None:
        if not any(_runs(worker, self, "doing") for worker in self.workers):
            self.run_worker(told(self, action(self, *args, **kwargs)), group="doing")

    return cast("Callable[Concatenate[S, Given], None]", start)


def _runs(worker: Worker[Any], page: "Page", group: str) -> bool:
    return worker.node is page and worker.group == group and worker.state in {WorkerState.PENDING, WorkerState.RUNNING}


class Page(Screen[Any]):
    """A screen. Subclasses give `body`, and most of them `load`.

    NAME: its title; ABOUT: a few lines for the help, keys between backticks; both marked by N_.
    CHANGES: actions that change something; they are hidden where nothing may be changed.
    EVERY: seconds between two loads while the page is shown; 0: only when it is shown, and on ctrl+r.
    LIVE: it is told what happens on the floor (`on_snapshot`), of the campaign that `watched` names, or of all.
    """

    NAME: ClassVar[str] = ""
    ABOUT: ClassVar[str] = ""
    CHANGES: ClassVar[frozenset[str]] = frozenset()
    EVERY: ClassVar[float] = 0
    LIVE: ClassVar[bool] = False
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012  # classes for CSS, as Textual declares them
    VERTICAL_BREAKPOINTS = [(0, "-short"), (34, "-tall")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", N_("Back"), show=True),
        Binding("ctrl+r", "reload", N_("Look again"), show=False),
        Binding("tab", "app.focus_next", N_("Next field"), show=False),
        Binding("shift+tab", "app.focus_previous", N_("Field before"), show=False),
        Binding("ctrl+c,super+c", "screen.copy_text", N_("Copy what is marked"), show=False),
    ]
    snapshots_seen = 0
    _timer: Timer | None = None

    # -- what subclasses give -----------------------------------------------------------------------------------

    def body(self) -> ComposeResult:
        """The widgets between the bars."""
        raise NotImplementedError

    async def load(self) -> None:
        """Ask the daemon and show what it says. A ControlError becomes a notice by itself."""

    def on_snapshot(self, snapshot: Snapshot) -> None:
        """The floor, at most four times a second (LIVE)."""

    def on_lines(self, lines: Lines) -> None:
        """What happened since (LIVE)."""

    @property
    def watched(self) -> str | None:
        """The campaign to watch; None: all."""
        return None

    @property
    def unsaved(self) -> bool:
        """Would something be lost by leaving?"""
        return False

    # -- what subclasses use ------------------------------------------------------------------------------------

    @property
    def supervisor(self) -> "SupervisorApp":
        """The app, by its type: `session`, `now`, `zone`, `go`, `open`."""
        return cast("SupervisorApp", self.app)

    @property
    def read_only(self) -> bool:
        """May nothing be changed?"""
        return self.supervisor.session.read_only

    async def call(self, method: Method[P, R], params: P) -> R:
        """Ask the daemon. Raises ControlError: within `load` and `@doing` actions that becomes a notice."""
        return await self.supervisor.session.call(method, params)

    def tell(self, text: str) -> None:
        """A notice: something is done."""
        self.notify(plain(text), timeout=_NOTICE_SECONDS, markup=False)

    def tell_notes(self, done: Done) -> None:
        """What the daemon wants the person to know all the same."""
        for note in done.notes:
            self.notify(spoken(note), severity="warning", timeout=2 * _NOTICE_SECONDS, markup=False)

    def refused(self, error: ControlError) -> None:
        """A notice: it cannot be done, and why. That the daemon is away stands in the banner already."""
        if not isinstance(error, DaemonAwayError) or self.supervisor.session.online:
            self.notify(plain(say(error.sentence)), severity="error", timeout=2 * _NOTICE_SECONDS, markup=False)

    async def confirm(self, title: str, text: str = "", *, yes: str, danger: bool = False) -> bool:
        """Ask; Esc and the answer that has the focus are no. Within @doing only, like those below."""
        answer: bool = await self.app.push_screen_wait(Confirm(title, text, yes=yes, danger=danger))
        return answer

    async def ask(
        self,
        title: str,
        text: str = "",
        *,
        value: str = "",
        fault: Callable[[str], ControlError | None] = lambda _text: None,
        secret: bool = False,
    ) -> str | None:
        """One line of text, or None."""
        return await self.app.push_screen_wait(Ask(title, text, value=value, fault=fault, secret=secret))

    async def choose(
        self, title: str, options: list[tuple[V, str]], *, value: V | None = None, text: str = ""
    ) -> V | None:
        """One of (value, what is shown for it), or None."""
        return cast("V | None", await self.app.push_screen_wait(Choose(title, options, value=value, text=text)))

    async def choose_many(
        self, title: str, options: list[tuple[V, str]], chosen: list[V], *, text: str = ""
    ) -> list[V] | None:
        """Any number of them, or None."""
        return cast("list[V] | None", await self.app.push_screen_wait(ChooseMany(title, options, chosen, text=text)))

    def reload(self) -> None:
        """Call `load` beside the keys; a load under way is given up for it."""
        if self.supervisor.session.online:
            self._run_anew(self._load, "load")

    # -- how it works -------------------------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        yield NavBar()
        yield Banner()
        yield from self.body()
        yield KeyBar()

    def on_screen_resume(self) -> None:
        self.link_changed()
        if self.EVERY and self._timer is None:
            self._timer = self.set_interval(self.EVERY, self._again)
        if self.LIVE:
            self.watch_again()

    def on_screen_suspend(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        self.workers.cancel_group(self, "watch")

    def link_changed(self) -> None:
        """The link came, went, or this page is shown again."""
        session = self.supervisor.session
        self.query_one(Banner).show(session.problem, read_only=session.read_only)
        self.refresh_bindings()
        self.reload()

    def watch_again(self) -> None:
        """Watch what `watched` names now."""
        self._run_anew(self._follow, "watch")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "back":
            return self.app.screen_stack[0] is not self
        if action in self.CHANGES and self.read_only:
            return False
        return super().check_action(action, parameters)

    def action_reload(self) -> None:
        self.reload()

    @doing
    async def action_back(self) -> None:
        if not self.unsaved or await self.confirm(
            _("Leave without saving?"), _("What you changed here is not saved yet."), yes=_("Leave"), danger=True
        ):
            self.dismiss(None)

    def _run_anew(self, work: Callable[[], Coroutine[None, None, None]], group: str) -> None:
        """Instead of what runs in this group. The work is made when it begins: it may be given up before."""
        worker: Callable[[], Any] = work
        self.run_worker(worker, group=group, exclusive=True)

    async def _load(self) -> None:
        await told(self, self.load())
        self.refresh_bindings()  # what can be done may depend on what there is

    async def _follow(self) -> None:
        await told(self, self._watch())

    async def _watch(self) -> None:
        async for item in self.supervisor.session.watch(self.watched):
            if isinstance(item, Snapshot):
                self.snapshots_seen += 1
                self.on_snapshot(item)
            else:
                self.on_lines(item)

    def _again(self) -> None:
        if not any(_runs(worker, self, "load") for worker in self.workers):
            self.reload()

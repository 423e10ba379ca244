"""A file before it is imported: what the daemon makes of it, corrected by hand, tried, and imported."""

from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Static

from minidialer.control.models import lists
from minidialer.control.models.base import Named, Nothing
from minidialer.control.models.uploads import Job, Preview, PreviewRow
from minidialer.control.sentences import ControlError, DaemonAwayError
from minidialer.i18n import N_, _, say
from minidialer.tui.page import Page, doing
from minidialer.tui.text import plain, spoken
from minidialer.tui.widgets.fields import value_fault
from minidialer.tui.widgets.table import Table
from minidialer.tui.widgets.working import Bar

from .import_job import run_import
from .import_plan import DELIMITERS, ENCODINGS, KINDS, Choice, Plan, choices, duplicates, headers, strictness
from .import_result import ImportResultPage
from .import_rows import CHOICES, COLUMNS, FileColumn, file_columns, row_columns, why
from .import_upload import Sent


class NewImportPage(Page):
    """Gives True once the file is imported."""

    NAME = N_("Import of a file")
    ABOUT = N_(
        "What is made of the file. On the left is what was decided, on the right what each column is taken for, below "
        "the first rows with the number each would be called at. `Enter` changes the line under the cursor, `Tab` "
        "goes to the next table.\n"
        "`t` counts what an import would do and changes nothing; `i` imports. Numbers that cannot be dialled are left "
        "out and shown afterwards; an import can be cancelled, and undone later."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("t", "dry_run", N_("Try it")),
        Binding("i", "import", N_("Import")),
        Binding("l", "list", N_("List")),
    ]
    DEFAULT_CSS = """
    NewImportPage #top { height: 9; }
    NewImportPage.-tall #top { height: 14; }
    NewImportPage #how { width: 38; height: 100%; padding: 0 1; }
    NewImportPage.-wide #how { width: 56; }
    NewImportPage #columns { width: 1fr; height: 100%; padding: 0 1; }
    NewImportPage #rows { padding: 0 1; border-top: solid $border; }
    NewImportPage #why { height: auto; padding: 0 1; }
    NewImportPage #problem { height: auto; padding: 0 1; color: $text-warning; display: none; }
    NewImportPage.-problem #problem { display: block; }
    NewImportPage Bar { display: none; margin: 1 1; }
    NewImportPage.-sending Bar { display: block; }
    """

    def __init__(self, path: Path, lead_list: str | None = None) -> None:
        super().__init__()
        self._path = path
        self._plan = Plan(lead_list=lead_list)
        self._sent: Sent | None = None
        self._preview: Preview | None = None
        self._under_way = self._imported = False
        self._previewed: tuple[object, ...] | None = None

    def body(self) -> ComposeResult:
        yield Static(Text(plain(self._path.name)), classes="heading")
        yield Bar()
        with Horizontal(id="top"):
            yield Table(CHOICES, key=lambda row: row.key, titles=False, opens=N_("Change"), id="how")
            yield Table(COLUMNS, key=lambda row: row.column.position, opens=N_("Change"), id="columns")
        yield Static(id="problem")
        yield Table[Any]([], key=lambda row: row.line, id="rows")
        yield Static(id="why")

    # -- what is shown ------------------------------------------------------------------------------------------

    async def load(self) -> None:
        """Send the file if it is not there, ask what is made of it if that was not asked yet."""
        if self._under_way or self._imported:
            return
        await self._only_list()
        self._show()
        if self._sent is not None and self._previewed == self._plan.way_to_read:
            return
        try:
            await self._look()
        except ControlError as error:
            self._forget()
            self._say_problem(say(error.sentence))
        else:
            self._show()

    async def _only_list(self) -> None:
        """Where there is but one list, that is meant."""
        if self._plan.lead_list is None:
            found = (await self.call(lists.LIST, Nothing())).lists
            if len(found) == 1:
                self._plan = replace(self._plan, lead_list=found[0].name)

    async def _look(self) -> None:
        """What the daemon makes of the file by the present plan. Raises ControlError."""
        plan = self._plan
        try:
            preview = await self._holding().preview(plan, self._preview)
        except DaemonAwayError:  # it was restarted: the file went with the line
            self._forget()
            preview = await self._holding().preview(plan, self._preview)
        self._preview, self._previewed = preview, plan.way_to_read

    async def _look_by(self, plan: Plan) -> None:
        """The same by another plan; when that is refused, the one before holds on."""
        before, self._plan = self._plan, plan
        try:
            await self._look()
        except BaseException:
            self._plan = before
            raise

    def _holding(self) -> Sent:
        """The file on its way or there."""
        if self._sent is None:
            self._sent = sent = Sent(self._path, self._show_sending)
            client = self.supervisor.session.line()
            self.run_worker(sent.hold(client), group="line", exclusive=True)
        return self._sent

    def _forget(self) -> None:
        """The daemon has the file no longer."""
        self.workers.cancel_group(self, "line")
        self._sent = self._previewed = None

    def _show_sending(self, share: float) -> None:
        self.set_class(share < 1, "-sending")
        self.query_one(Bar).show(share)

    def _show(self) -> None:
        self.query_one("#how", Table).show(choices(self._plan, self._preview))
        preview = self._preview
        if preview is None:
            return
        self.query_one("#columns", Table).show(file_columns(preview))
        rows = self.query_one("#rows", Table)
        rows.set_columns(row_columns(preview))
        rows.show(preview.rows)
        self._say_problem(self._problem(preview))

    def _say_problem(self, problem: str) -> None:
        self.set_class(bool(problem), "-problem")
        self.query_one("#problem", Static).update(Text(plain(problem)))

    def _problem(self, preview: Preview) -> str:
        """Why it cannot be imported as it is; the daemon's own words speak of the command line's options."""
        if preview.problem is None:
            return ""
        if preview.columns and "--map" in preview.problem.template:
            return _("Which column has the numbers to dial? Put the cursor on it and press Enter.")
        return spoken(preview.problem)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in {"dry_run", "import"} and (self._preview is None or self._preview.problem is not None):
            return False
        return super().check_action(action, parameters)

    def on_table_moved(self, event: Table.Moved) -> None:
        """All of the reason why a row would be rejected."""
        if isinstance(event.row, PreviewRow):
            self.query_one("#why", Static).update(Text(why(event.row.line, event.row.reason)))

    # -- corrections --------------------------------------------------------------------------------------------

    def on_table_chosen(self, event: Table.Chosen) -> None:
        if isinstance(event.row, Choice):
            self._change(event.row.key)
        elif isinstance(event.row, FileColumn):
            self._change_column(event.row)

    @doing
    async def action_list(self) -> None:
        await self._choose_list()
        self._show()

    @doing
    async def _change(self, key: str) -> None:
        plan, preview = self._plan, self._preview
        if key == "list":
            await self._choose_list()
        elif key == "known":
            chosen = await self._one_of(_("A number the list has already"), duplicates(), plan.on_duplicate)
            self._plan = replace(plan, on_duplicate=chosen)
        elif key == "strict":
            chosen = await self._one_of(_("Rows that cannot be dialled"), strictness(), plan.strict)
            self._plan = replace(plan, strict=chosen)
        elif preview is not None:
            await self._read_otherwise(key, plan, preview)
        self._show()

    async def _read_otherwise(self, key: str, plan: Plan, preview: Preview) -> None:
        now = getattr(preview, key)
        every: dict[str, dict[Any, str]] = {
            "encoding": {name: name for name in dict.fromkeys((preview.encoding or "utf-8", *ENCODINGS))},
            "delimiter": {sign: _(name) for sign, name in DELIMITERS.items()},
            "header": headers(),
            "sheet": {name: name for name in preview.sheets},
        }
        title = {
            "encoding": _("How letters are written in the file"),
            "delimiter": _("What stands between two columns"),
            "header": _("What the first row has"),
            "sheet": _("Which sheet"),
        }[key]
        chosen = await self._one_of(title, every[key], now)
        if chosen != now:
            await self._look_by(plan.read_otherwise(**{key: chosen}))

    @doing
    async def _change_column(self, row: FileColumn) -> None:
        column = row.column
        options = [*((kind, _(said)) for kind, said in KINDS.items()), ("", _("a field under its own name"))]
        title = _("What is in the column {name}?").format(name=column.name)
        kind = await self.choose(title, options, value=column.field or "")
        if kind is not None and kind != (column.field or ""):
            await self._look_by(self._plan.taking(column, kind or None))
            self._show()

    async def _one_of(self, title: str, options: dict[Any, str], now: Any) -> Any:
        chosen = await self.choose(title, list(options.items()), value=now)
        return now if chosen is None else chosen

    async def _choose_list(self) -> bool:
        """Into which list; False when none was chosen."""
        found = (await self.call(lists.LIST, Nothing())).lists
        options = [*((one.name, one.name) for one in found), ("", _("a new list"))]
        picked: str | None = ""
        if found:
            present = self._plan.lead_list or found[0].name
            picked = await self.choose(_("Into which list?"), options, value=present)
        if picked is None:
            return False
        is_new, name = not picked, picked or None
        if is_new:
            name = await self.ask(_("New list"), value=plain(self._path.stem)[:80], fault=value_fault(Named, "name"))
        if name is None:
            return False
        self._plan = replace(self._plan, lead_list=name, create_list=is_new)
        return True

    # -- doing it -----------------------------------------------------------------------------------------------

    @doing
    async def action_dry_run(self) -> None:
        if await self._run(dry_run=True):
            await self._run(dry_run=False)

    @doing
    async def action_import(self) -> None:
        await self._run(dry_run=False)

    async def _run(self, *, dry_run: bool) -> bool:
        """Run it and show what came of it; True: the person wants the real one now."""
        if self._preview is None or (self._plan.lead_list is None and not await self._choose_list()):
            return False
        self._show()
        job = await self._done(self._preview, dry_run)
        if job is None:
            self.reload()
            return False
        self._imported = not dry_run
        wanted = await self.app.push_screen_wait(ImportResultPage(job))
        if not dry_run:
            self.dismiss(True)
        return bool(wanted)

    async def _done(self, preview: Preview, dry_run: bool) -> Job | None:
        """The import, once it is done; None when it was cancelled. Raises ControlError."""
        client, sent = await self._holding().there()
        order = self._plan.order(sent.id, preview.columns, dry_run=dry_run)
        self._under_way = True
        try:
            return await run_import(self, client, order, self._path.name)
        finally:
            self._under_way = False
            if not dry_run:
                self._forget()  # the file was the import's

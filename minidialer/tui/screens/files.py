"""A file on this machine, chosen with the rights of whoever sits here."""

import asyncio
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from minidialer.control.sentences import ControlError
from minidialer.i18n import N_, _, decimal
from minidialer.tui.page import Page, doing
from minidialer.tui.text import fitted, plain, thousands
from minidialer.tui.widgets.columns import Cell, Column
from minidialer.tui.widgets.table import Table

_LIKELY = (".csv", ".txt", ".tsv", ".xlsx", ".xlsm", ".xls", ".ods")
_KILO = 1024


@dataclass(frozen=True)
class Entry:
    """A file or a folder. `size` in bytes; `modified`: None for the folder above."""

    path: Path
    name: str
    is_folder: bool
    size: int = 0
    modified: datetime | None = None

    @property
    def likely(self) -> bool:
        """Is it a kind of file that numbers come in?"""
        return self.path.suffix.lower() in _LIKELY


def look(folder: Path) -> list[Entry]:
    """What is in it, folders first, the one above before all. Raises ControlError."""
    try:
        with os.scandir(folder) as found:
            entries = [_entry(one) for one in found]
    except OSError as error:
        raise ControlError(
            "{file} cannot be opened: {problem}.", file=str(folder), problem=error.strerror or str(error)
        ) from error
    entries.sort(key=lambda entry: (not entry.is_folder, entry.name.lower()))
    above = [Entry(folder.parent, "..", is_folder=True)] if folder.parent != folder else []
    return above + entries


def _entry(found: "os.DirEntry[str]") -> Entry:
    try:
        about, is_folder = found.stat(), found.is_dir()
    except OSError:  # a link to nowhere, or nothing for us
        return Entry(Path(found.path), found.name, is_folder=False)
    modified = datetime.fromtimestamp(about.st_mtime, UTC)
    return Entry(Path(found.path), found.name, is_folder, about.st_size, modified)


def _found(folder: Path, typed: str) -> tuple[Path, bool]:
    """What a typed path means, and whether it is a folder."""
    path = (folder / Path(typed).expanduser()).resolve()
    return path, path.is_dir()


def size_of(size: int) -> str:
    """In words people use: 12 kB, 3.4 MB."""
    if size < _KILO * _KILO:
        return _("{size} kB").format(size=thousands(-(-size // _KILO)))
    return _("{size} MB").format(size=decimal(size / _KILO / _KILO, ".1f"))


def shown_path(path: Path) -> str:
    """The path, short where it is within the person's home."""
    try:
        return str(Path("~") / path.relative_to(Path.home()))
    except (ValueError, RuntimeError):
        return str(path)


def _name(row: Entry) -> Cell:
    if row.is_folder:
        return Cell(f"{row.name}/", "accent")
    return Cell(row.name, "" if row.likely else "dim")


class FilesPage(Page):
    """Gives the file's path, or None."""

    NAME = N_("Choose a file")
    ABOUT = N_(
        "Files on the machine this program runs on, as far as you may read them. `Enter` opens a folder or takes a "
        "file, `Backspace` goes to the folder above, `g` takes a path as you type it.\n"
        "Numbers come as .csv, .txt, .tsv, .xlsx, .xls or .ods; other files are dim."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("backspace,left", "up", N_("Folder above")),
        Binding("g", "type_path", N_("Type a path")),
        Binding("slash", "search", N_("Search")),
        Binding("h", "hidden", N_("Hidden files"), show=False),
    ]
    DEFAULT_CSS = "FilesPage Table { padding: 0 1; }"

    def __init__(self, folder: Path | None = None) -> None:
        super().__init__()
        self._folder = folder or Path.home()
        self._entries: list[Entry] = []
        self._hidden = False
        self._sought = ""

    def body(self) -> ComposeResult:
        columns = (
            Column[Entry](N_("name"), _name, width=20, grow=1, order=lambda row: row.name.lower()),
            Column[Entry](
                N_("size"),
                lambda row: "" if row.is_folder else size_of(row.size),
                width=10,
                right=True,
                order=lambda row: -row.size,
            ),
            Column[Entry](
                N_("changed"),
                lambda row: self.supervisor.local(row.modified),
                width=16,
                order=lambda row: -(row.modified.timestamp() if row.modified is not None else 0),
            ),
        )
        empty = N_("Nothing to see here.\n`Backspace` goes to the folder above, `h` shows hidden files.")
        yield Static(classes="heading")
        yield Table(columns, key=lambda row: row.path, empty=empty, opens=N_("Open"))

    async def load(self) -> None:
        await self._open(self._folder)

    async def _open(self, folder: Path) -> None:
        """Show this folder; the cursor stands on the one it was come from. Raises ControlError."""
        entries = await asyncio.to_thread(look, folder)
        came_from, self._folder, self._entries = self._folder, folder, entries
        self._show()
        if came_from != folder:
            self._table.go_to(came_from) or self._table.go_to(self._table.rows[0].path if self._table.rows else None)

    def _show(self) -> None:
        rows = [
            entry
            for entry in self._entries
            if entry.name == ".."
            or (self._sought in entry.name.lower() and (self._hidden or not entry.name.startswith(".")))
        ]
        self._table.show(rows)
        where = shown_path(self._folder)
        if self._sought:
            where = _("{folder}, only “{sought}”; / shows all again").format(folder=where, sought=self._sought)
        self.query_one(".heading", Static).update(Text(fitted(plain(where), self.size.width - 2).rstrip()))

    @property
    def _table(self) -> Table[Entry]:
        return self.query_one(Table)

    def on_table_chosen(self, event: Table.Chosen) -> None:
        self._take(event.row)

    def _take(self, entry: Entry) -> None:
        if entry.is_folder:
            self._go(entry.path)
        else:
            self.dismiss(entry.path)

    @doing
    async def _go(self, folder: Path) -> None:
        self._sought = ""
        await self._open(folder)

    def action_up(self) -> None:
        self._go(self._folder.parent)

    def action_hidden(self) -> None:
        self._hidden = not self._hidden
        self._show()

    @doing
    async def action_search(self) -> None:
        if self._sought:
            self._sought = ""
        else:
            self._sought = (await self.ask(_("Search"), _("Part of a name:")) or "").lower()
        self._show()

    @doing
    async def action_type_path(self) -> None:
        typed = await self.ask(_("Type a path"), _("Of a file or a folder."), value=f"{self._folder}/")
        if typed is None:
            return
        try:
            path, is_folder = await asyncio.to_thread(_found, self._folder, typed.strip())
        except (OSError, RuntimeError, ValueError) as error:
            raise ControlError("{file} cannot be opened: {problem}.", file=typed, problem=str(error)) from error
        if is_folder:
            self._sought = ""
            await self._open(path)
        else:
            self.dismiss(path)

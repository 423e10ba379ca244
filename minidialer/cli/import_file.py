"""`minidialer import`: works with the daemon up or down."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from minidialer.cli.errors import REFUSED, REJECTED_ROWS, UsageError
from minidialer.cli.import_by_daemon import import_by_daemon, store_is_closed
from minidialer.cli.import_wish import OnDuplicate, Wish
from minidialer.cli.output import AsJson, narrate, write_json, write_pairs
from minidialer.cli.progress import bar
from minidialer.cli.session import settings
from minidialer.domain.sentence import RefusedError
from minidialer.i18n import _, say

if TYPE_CHECKING:
    from minidialer.importing.report import Summary
    from minidialer.importing.source import Source


def import_file(
    files: Annotated[
        list[str], typer.Argument(metavar="FILE...", help=_("Files; - is standard input."), show_default=False)
    ],
    lead_list: Annotated[str, typer.Option("--list", help=_("The list the numbers go to."), show_default=False)],
    create_list: Annotated[bool, typer.Option("--create-list", help=_("Add the list if there is none."))] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=_("Check and count; write nothing."))] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help=_("Import nothing at all when a row is rejected (exit code 3)."))
    ] = False,
    on_duplicate: Annotated[
        OnDuplicate, typer.Option("--on-duplicate", help=_("A number that is in the list: skip it, or update fields."))
    ] = "skip",
    mapping: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="FIELD=COLUMN", help=_("Which column is which; may be repeated.")),
    ] = None,
    encoding: Annotated[str | None, typer.Option("--encoding", help=_("Encoding of a text file."))] = None,
    delimiter: Annotated[str | None, typer.Option("--delimiter", help=_("Delimiter of a text file."))] = None,
    header: Annotated[
        bool | None, typer.Option("--header/--no-header", help=_("Whether the first row names the columns."))
    ] = None,
    sheet: Annotated[str | None, typer.Option("--sheet", help=_("Sheet of a spreadsheet."))] = None,
    rejected: Annotated[
        Path | None, typer.Option("--rejected", help=_("Where rejected rows go; for a single file only."))
    ] = None,
    by_daemon: Annotated[
        bool, typer.Option("--by-daemon", help=_("Let the daemon import; so it is for who may not write the store."))
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Import files of numbers into a list."""
    by_daemon = by_daemon or store_is_closed()
    if rejected is not None and by_daemon:
        raise UsageError("--rejected needs the right to write the store: leave it out, the daemon keeps that file.")
    if rejected is not None and len(files) > 1:
        raise UsageError("--rejected takes a single file: import the files one by one.")
    wish = Wish(
        lead_list=lead_list,
        create_list=create_list,
        dry_run=dry_run,
        strict=strict,
        on_duplicate=on_duplicate,
        encoding=encoding,
        delimiter=delimiter,
        header=header,
        sheet=sheet,
        mapping=tuple(mapping or ()),
        rejected=rejected,
        by_daemon=by_daemon,
    )
    if strict and len(files) > 1 and not dry_run:
        _check_all(files, wish, as_json=as_json)
    code = _import_each(files, wish, as_json=as_json)
    if code:
        raise typer.Exit(code)


def _check_all(files: list[str], wish: Wish, *, as_json: bool) -> None:
    """With several files, --strict means all of them: read each once before any is imported."""
    if "-" in files:
        raise UsageError("--strict reads several files twice, and standard input only once: import it by itself.")
    code = _import_each(files, replace(wish, dry_run=True), as_json=as_json, only_problems=True)
    if code:
        raise typer.Exit(code)


def _import_each(files: list[str], wish: Wish, *, as_json: bool, only_problems: bool = False) -> int:
    """Import the files one by one; gives the exit code. only_problems: a file without rejected rows is not told."""
    summaries = []
    code = 0
    for name in files:
        try:
            summary = _import_one(name, wish)
        except RefusedError as error:
            narrate(say(error.sentence))
            code = REFUSED
            continue
        if only_problems and not summary.invalid:
            continue
        summaries.append(summary.as_dict())
        if wish.strict and summary.invalid:
            narrate(_("{file}: nothing is imported, because rows were rejected.").format(file=name))
            code = code or REJECTED_ROWS
        if not as_json:
            _print(name, summary)
    if as_json and summaries:
        write_json(summaries[0] if len(files) == 1 else summaries)
    if summaries and not wish.dry_run and not wish.by_daemon:
        _tell_daemon(wish.lead_list)
    return code


def _import_one(name: str, wish: Wish) -> Summary:
    """Raises RefusedError."""
    if wish.by_daemon:
        with bar(_("importing")) as show:
            return import_by_daemon(name, wish, lambda share, rows: show(share, _rows(rows)))
    import asyncio
    import os

    from minidialer.daemon.use_cases.without_daemon import own_name
    from minidialer.importing.load import LoadOptions, load
    from minidialer.importing.reader import ImportOptions, open_source
    from minidialer.importing.report import rejected_rows
    from minidialer.importing.tolls import tolls
    from minidialer.store.database import Database

    numbers = settings().numbers
    reading = ImportOptions(
        region=numbers.region,
        encoding=wish.encoding,
        delimiter=wish.delimiter,
        mapping=wish.mapping,
        unnamed_column=_("column {}"),
        stdin_name=_("standard input"),
        header=wish.header,
        sheet=wish.sheet,
        tolls=tolls(numbers.region, numbers.foreign_prefixes, numbers.premium_prefixes),
    )
    path = wish.rejected or _rejected_path(name)

    async def run(source: Source, progress: Callable[[Summary], None]) -> Summary:
        options = LoadOptions(
            list_name=wish.lead_list,
            create_list=wish.create_list,
            on_duplicate=wish.on_duplicate,
            strict=wish.strict,
            dry_run=wish.dry_run,
            file_name=source.name,
            encoding=source.encoding,
            delimiter=source.delimiter,
            rejected_file=str(path),
            uid=os.getuid(),
            actor=own_name(),
        )
        with rejected_rows(path, _) as rejected:
            async with Database.open(settings().store_path) as database:
                return await load(database, source, options, _now, on_rejected=rejected.write, progress=progress)

    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
        with open_source(name, reading) as source, _progress(source) as progress:
            return asyncio.run(run(source, progress))
    except OSError as error:
        raise RefusedError("{file} cannot be imported: {problem}.", file=name, problem=_problem(error)) from None


def _problem(error: OSError) -> str:
    said = error.strerror or str(error)
    return f"{said} ({error.filename})" if error.filename else said


def _rejected_path(name: str) -> Path:
    stem = "stdin" if name == "-" else Path(name).stem
    folder, name = settings().rejected_path, f"{_now():%Y%m%d-%H%M%S}-{stem}"
    paths = (folder / (f"{name}-{copy}.csv" if copy > 1 else f"{name}.csv") for copy in itertools.count(1))
    return next(path for path in paths if not path.exists())  # two files of one name may come in one second


@contextlib.contextmanager
def _progress(source: Source) -> Iterator[Callable[[Summary], None]]:
    with bar(_("importing")) as show:
        yield lambda summary: show(source.progress(), _rows(summary.read))


def _rows(count: int) -> str:
    return _("{count} rows").format(count=count)


def _print(name: str, summary: Summary) -> None:
    write_pairs(
        [
            (_("file"), name),
            (_("read"), summary.read),
            (_("added"), summary.added),
            (_("updated"), summary.updated),
            (_("duplicate in file"), summary.duplicate_in_file),
            (_("already in list"), summary.already_in_list),
            (_("invalid"), summary.invalid),
        ]
    )
    if summary.rejected_file is not None:
        narrate(_("Rejected rows and their reasons are in {file}.").format(file=summary.rejected_file))


def _tell_daemon(lead_list: str) -> None:
    """The dialer looks again at once; a daemon that is down will see the leads when it starts."""
    from minidialer.cli.session import call
    from minidialer.control.models.base import Named
    from minidialer.control.models.lists import CHANGED
    from minidialer.control.sentences import ControlError, DaemonAwayError

    try:
        call(CHANGED, Named(name=lead_list))
    except DaemonAwayError:
        return
    except ControlError as error:
        narrate(say(error.sentence))


def _now() -> datetime:
    return datetime.now(UTC)

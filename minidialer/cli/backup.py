"""`minidialer backup` and `minidialer restore`: copies of the store, with the daemon up and with it down."""

import contextlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from minidialer.cli.errors import UsageError
from minidialer.cli.output import AsJson, narrate, write_json, write_pairs
from minidialer.cli.session import may_use_store, settings
from minidialer.domain.sentence import RefusedError
from minidialer.i18n import _, decimal

if TYPE_CHECKING:
    from minidialer.store.copying import Contents

_SHOWN = ("lead", "attempt", "agent", "campaign")


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=_("A file, or a folder that gets one named by time."))],
    force: Annotated[bool, typer.Option("--force", help=_("Replace the file if it exists."))] = False,
    keep: Annotated[
        int | None,
        typer.Option("--keep", min=1, help=_("In a folder: remove all but this many of its newest backups.")),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Copy the store while the daemon dials, and look through the copy."""
    from dataclasses import replace
    from datetime import UTC, datetime

    from minidialer.cli.told_to_end import in_order_when_told
    from minidialer.store.backup import back_up, keep_newest, name_in, sweep

    may_use_store()
    in_folder = file.is_dir()
    if keep is not None and not in_folder:
        raise UsageError("--keep is for a folder of backups, and {file} is none.", file=str(file))
    now = datetime.now(UTC)
    target = name_in(file, now) if in_folder else file
    if in_folder:
        sweep(file, now)
    with in_order_when_told(), _bar(_("copying")) as show:
        made = back_up(settings().store_path, target.absolute(), show, force=force)
    if keep is not None:
        made = replace(made, removed=keep_newest(file.absolute(), keep, made.file))
    if as_json:
        write_json(
            {
                "file": str(made.file),
                "bytes": made.bytes,
                "seconds": round(made.seconds, 3),
                **_json(made.contents),
                "removed": [str(path) for path in made.removed],
            }
        )
        return
    write_pairs([(_("file"), made.file), (_("size"), f"{decimal(made.bytes / 1e6, '.1f')} MB"), *_pairs(made.contents)])
    for path in made.removed:
        narrate(_("Removed the older backup {file}.").format(file=path))


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=_("A backup."))],
    as_json: AsJson = False,
) -> None:
    """Put a backup in the store's place; the daemon must be stopped."""
    import os
    from datetime import UTC, datetime

    from minidialer.daemon.use_cases.without_daemon import own_name
    from minidialer.store.audit import AuditLine
    from minidialer.store.restore import restore as put_in_place

    store = settings().store_path
    _refuse_daemon()
    may_use_store()
    line = AuditLine(datetime.now(UTC), "store.restore", file.name, os.getuid(), own_name())
    with _bar(_("copying")) as show:
        done = put_in_place(file.absolute(), store, show, line)
    if as_json:
        write_json(
            {
                "store": str(done.store),
                "from_revision": done.backup.revision,
                **_json(done.contents),
                "aside": str(done.aside) if done.aside is not None else None,
            }
        )
        return
    write_pairs([(_("store"), done.store), *_pairs(done.contents)])
    if done.aside is not None:
        narrate(_("The store there was is kept as {file}.").format(file=done.aside))
    narrate(_("All campaigns are stopped: numbers called since the backup would be called again."))


def _pairs(found: "Contents") -> list[tuple[str, object]]:
    names = {"lead": _("leads"), "attempt": _("calls"), "agent": _("agents"), "campaign": _("campaigns")}
    return [(names[table], found.rows.get(table, 0)) for table in _SHOWN]


def _json(found: "Contents") -> dict[str, Any]:
    return {"revision": found.revision, "rows": found.rows}


def _refuse_daemon() -> None:
    """Say it in the daemon's own name, where it can be asked; the lock on the store is what counts."""
    from minidialer.daemon.doctor.machine import daemon_runs

    if daemon_runs(settings().socket_path):
        raise RefusedError("The daemon runs: stop it first (systemctl stop minidialer), and restore then.")


@contextlib.contextmanager
def _bar(task_name: str) -> Iterator[Callable[[float], None]]:
    """A bar on a terminal; nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda _share: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(task_name, total=1.0)
        yield lambda share: bar.update(
            task, completed=share, description=_("looking through the copy") if share >= 1 else task_name
        )

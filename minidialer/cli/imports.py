"""`minidialer imports`: asks the daemon, or the store itself when none runs."""

from typing import TYPE_CHECKING, Annotated

import typer

from minidialer.cli.group import new_group
from minidialer.cli.output import AsJson, narrate, write_model, write_models, write_table
from minidialer.cli.progress import looked_after
from minidialer.cli.session import call, settings
from minidialer.i18n import _

if TYPE_CHECKING:
    from minidialer.control.models.imports import Imports, Undone

app = new_group(_("Imports that were made, and taking one back."))


@app.callback()
def alone(context: typer.Context, as_json: AsJson = False) -> None:
    """The noun alone lists."""
    if context.invoked_subcommand is None:
        list_imports(as_json=as_json)


@app.command("list", help=_("List past imports, the newest first."))
def list_imports(as_json: AsJson = False) -> None:
    """All of them."""
    found = _listed().imports
    if as_json:
        write_models(found)
        return
    columns = [
        _("import"), _("started"), _("list"), _("file"), _("read"), _("added"), _("updated"),
        _("duplicate in file"), _("already in list"), _("invalid"), _("state"),
    ]  # fmt: skip
    write_table(
        columns,
        (
            (
                item.id,
                item.started_at,
                item.lead_list,
                item.file,
                item.read,
                item.added,
                item.updated,
                item.duplicate_in_file,
                item.already_in_list,
                item.invalid,
                _("undone") if item.undone_at else _("finished") if item.finished_at else _("unfinished"),
            )
            for item in found
        ),
    )


@app.command("undo", help=_("Remove an import's leads that were not dialled yet."))
def undo(
    import_id: Annotated[int, typer.Argument(metavar="ID", help=_("The import's number."), show_default=False)],
    as_json: AsJson = False,
) -> None:
    """Take one back."""
    undone = _undone(import_id)
    if as_json:
        write_model(undone)
        return
    narrate(
        _("Removed {removed}; {kept} stay, because they were called or marked.").format(
            removed=undone.removed, kept=undone.kept
        )
    )
    if undone.updated:
        narrate(_("Leads it updated keep their new fields: {count}.").format(count=undone.updated))


def _listed() -> "Imports":
    from minidialer.control.models.base import Nothing
    from minidialer.control.models.imports import LIST
    from minidialer.control.sentences import DaemonAwayError

    try:
        return call(LIST, Nothing())
    except DaemonAwayError:
        return _in_the_store(None)[0]


def _undone(import_id: int) -> "Undone":
    from minidialer.cli.params import given
    from minidialer.control.models.imports import UNDO
    from minidialer.control.sentences import DaemonAwayError

    params = given(UNDO, id=import_id)
    try:
        with looked_after(_("undoing"), lambda: _share_undone(import_id)):
            return call(UNDO, params)
    except DaemonAwayError:
        undone = _in_the_store(import_id)[1]
        assert undone is not None  # noqa: S101  # asked for
        return undone


def _share_undone(import_id: int) -> float:
    one = next(one for one in _listed().imports if one.id == import_id)
    return one.removed / max(one.added, 1)


def _in_the_store(undo_id: int | None) -> "tuple[Imports, Undone | None]":
    """Without a daemon, as `import` works without one."""
    import asyncio

    from minidialer.daemon.use_cases.without_daemon import imports_in_store

    return asyncio.run(imports_in_store(settings().store_path, undo_id))

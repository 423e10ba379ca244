"""`minidialer lists`."""

from typing import TYPE_CHECKING, Annotated

import typer

from minidialer.cli.group import new_group
from minidialer.cli.output import AsJson, narrate, write_model, write_models, write_pairs, write_table
from minidialer.cli.session import call
from minidialer.i18n import _

if TYPE_CHECKING:
    from minidialer.control.models.lists import LeadList

app = new_group(_("Lists of leads."))
Name = Annotated[str, typer.Argument(help=_("The list's name."), show_default=False)]


@app.callback()
def alone(context: typer.Context, as_json: AsJson = False) -> None:
    """The noun alone lists."""
    if context.invoked_subcommand is None:
        list_lists(as_json=as_json)


@app.command("list", help=_("List the lists with counts of their leads."))
def list_lists(as_json: AsJson = False) -> None:
    """All of them."""
    from minidialer.control.models.base import Nothing
    from minidialer.control.models.lists import LIST

    found = call(LIST, Nothing()).lists
    if as_json:
        write_models(found)
    else:
        _table(found)


@app.command("show", help=_("Show one list."))
def show(name: Name, as_json: AsJson = False) -> None:
    """One of them."""
    from minidialer.cli.params import given
    from minidialer.control.models.lists import SHOW

    _show(call(SHOW, given(SHOW, name=name)), as_json)


@app.command("add", help=_("Add an empty list."))
def add(name: Name, as_json: AsJson = False) -> None:
    """Add one."""
    from minidialer.cli.params import given
    from minidialer.control.models.lists import ADD

    _show(call(ADD, given(ADD, name=name)), as_json)


@app.command("rename", help=_("Rename a list."))
def rename(
    name: Name,
    new_name: Annotated[str, typer.Argument(help=_("The new name."), show_default=False)],
    as_json: AsJson = False,
) -> None:
    """Rename one."""
    from minidialer.cli.params import given
    from minidialer.control.models.lists import RENAME

    _show(call(RENAME, given(RENAME, name=name, new_name=new_name)), as_json)


@app.command("remove", help=_("Remove a list that no campaign dials."))
def remove(
    name: Name,
    force: Annotated[bool, typer.Option("--force", help=_("With the leads that are in it."))] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=_("Only say what would go with it."))] = False,
    as_json: AsJson = False,
) -> None:
    """Remove one."""
    from minidialer.cli.params import given
    from minidialer.control.models.lists import REMOVE

    done = call(REMOVE, given(REMOVE, name=name, force=force, dry=dry_run))
    if as_json:
        write_model(done)
    elif done.removed:
        narrate(_("List “{name}” is removed.").format(name=name))
    else:
        write_pairs(
            [
                (_("leads"), done.leads),
                (_("still to be called"), done.to_call),
                (_("callbacks"), done.callbacks),
                (_("agents' own"), done.private),
                (_("do not call"), done.do_not_call),
                (_("imports"), done.imports),
                (_("calls under way"), done.calls),
                (_("campaigns"), ", ".join(done.campaigns)),
            ]
        )


def _show(item: "LeadList", as_json: bool) -> None:
    if as_json:
        write_model(item)
    else:
        _table([item])


def _table(found: "list[LeadList]") -> None:
    states = ("fresh", "retry", "callback", "live", "closed", "exhausted")
    columns = [
        _("list"), _("leads"), _("fresh"), _("to be retried"), _("callback"), _("being called"), _("closed"),
        _("exhausted"), _("do not call"), _("campaigns"),
    ]  # fmt: skip
    write_table(
        columns,
        (
            (
                item.name,
                item.leads,
                *(item.states.get(state, 0) for state in states),
                item.do_not_call,
                ", ".join(item.campaigns),
            )
            for item in found
        ),
    )

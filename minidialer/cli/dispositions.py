"""`minidialer dispositions`."""

from typing import TYPE_CHECKING, Annotated

import typer

from minidialer.cli.group import new_group
from minidialer.cli.output import AsJson, narrate, write_model, write_models, write_table
from minidialer.cli.session import call
from minidialer.i18n import _

if TYPE_CHECKING:
    from minidialer.control.models.dispositions import Disposition

app = new_group(_("Dispositions: what an agent may choose at the end of a talk."))
Name = Annotated[str, typer.Argument(help=_("The disposition's name."), show_default=False)]
Callback = Annotated[
    bool | None, typer.Option("--callback/--no-callback", help=_("Ask for the date and time of the next call."))
]
Private = Annotated[bool | None, typer.Option("--private/--not-private", help=_("The lead becomes the agent's own."))]
DoNotCall = Annotated[
    bool | None, typer.Option("--do-not-call/--may-call", help=_("The number is not called again in this list."))
]
Success = Annotated[bool | None, typer.Option("--success/--no-success", help=_("Count it as a success."))]
LabelPl = Annotated[str | None, typer.Option("--pl", help=_("What Polish readers see; empty: the name."))]
LabelEn = Annotated[str | None, typer.Option("--en", help=_("What English readers see; empty: the name."))]
RetryMinutes = Annotated[
    int | None, typer.Option("--retry-minutes", help=_("Call the lead again after so many minutes; 0: do not."))
]
RetryLimit = Annotated[
    int | None, typer.Option("--retry-limit", help=_("At most so many times in a row, then close it; 0: no limit."))
]
Key = Annotated[str | None, typer.Option("--key", help=_("The digit that presses the button; empty: by order."))]
Position = Annotated[int | None, typer.Option("--position", help=_("Place among the buttons, 1 = first."))]


@app.callback()
def alone(context: typer.Context, as_json: AsJson = False) -> None:
    """The noun alone lists."""
    if context.invoked_subcommand is None:
        list_dispositions(as_json=as_json)


@app.command("list", help=_("List the dispositions in the order of the buttons."))
def list_dispositions(as_json: AsJson = False) -> None:
    """All of them."""
    from minidialer.control.models.base import Nothing
    from minidialer.control.models.dispositions import LIST

    found = call(LIST, Nothing()).dispositions
    if as_json:
        write_models(found)
    else:
        _table(found)


@app.command("add", help=_("Add a disposition."))
def add(
    name: Name,
    name_pl: LabelPl = None,
    name_en: LabelEn = None,
    asks_callback: Callback = None,
    private: Private = None,
    do_not_call: DoNotCall = None,
    success: Success = None,
    retry_minutes: RetryMinutes = None,
    retry_limit: RetryLimit = None,
    key: Key = None,
    position: Position = None,
    as_json: AsJson = False,
) -> None:
    """Add one."""
    from minidialer.cli.params import given
    from minidialer.control.models.dispositions import ADD

    params = given(
        ADD,
        name=name,
        name_pl=name_pl,
        name_en=name_en,
        asks_callback=asks_callback,
        private=private,
        do_not_call=do_not_call,
        success=success,
        retry_minutes=retry_minutes,
        retry_limit=retry_limit,
        key=key,
        position=position,
    )
    _show(call(ADD, params), as_json)


@app.command("set", help=_("Change a disposition."))
def set_disposition(
    name: Name,
    new_name: Annotated[str | None, typer.Option("--name", help=_("The new name."))] = None,
    name_pl: LabelPl = None,
    name_en: LabelEn = None,
    asks_callback: Callback = None,
    private: Private = None,
    do_not_call: DoNotCall = None,
    success: Success = None,
    retry_minutes: RetryMinutes = None,
    retry_limit: RetryLimit = None,
    key: Key = None,
    position: Position = None,
    as_json: AsJson = False,
) -> None:
    """Change one."""
    from minidialer.cli.params import given
    from minidialer.control.models.dispositions import SET

    params = given(
        SET,
        name=name,
        new_name=new_name,
        name_pl=name_pl,
        name_en=name_en,
        asks_callback=asks_callback,
        private=private,
        do_not_call=do_not_call,
        success=success,
        retry_minutes=retry_minutes,
        retry_limit=retry_limit,
        key=key,
        position=position,
    )
    _show(call(SET, params), as_json)


@app.command("remove", help=_("Remove a disposition."))
def remove(name: Name, as_json: AsJson = False) -> None:
    """Remove one."""
    from minidialer.cli.params import given
    from minidialer.control.models.dispositions import REMOVE

    done = call(REMOVE, given(REMOVE, name=name))
    if as_json:
        write_model(done)
    else:
        narrate(_("Disposition “{name}” is removed.").format(name=name))


def _show(item: "Disposition", as_json: bool) -> None:
    if as_json:
        write_model(item)
    else:
        _table([item])


def _table(found: "list[Disposition]") -> None:
    columns = [
        *("#", _("disposition"), _("Polish"), _("English"), _("callback"), _("private"), _("do not call")),
        *(_("success"), _("again after (min)"), _("at most"), _("key")),
    ]
    write_table(
        columns,
        (
            (
                *(item.position, item.name, item.name_pl, item.name_en),
                *(item.asks_callback, item.private, item.do_not_call, item.success),
                *(item.retry_minutes, item.retry_limit, item.key),
            )
            for item in found
        ),
    )

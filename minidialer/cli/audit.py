"""`minidialer audit`."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from minidialer.cli.output import AsJson, write_models, write_table
from minidialer.cli.session import caller
from minidialer.i18n import _

if TYPE_CHECKING:
    from minidialer.control.models.audit import AuditLine

_PAGE = 500


def audit(
    since: Annotated[
        str | None, typer.Option("--from", help=_("From: today, yesterday, this-week, a day, or a moment."))
    ] = None,
    until: Annotated[str | None, typer.Option("--to", help=_("To, likewise; a day is included."))] = None,
    actor: Annotated[str, typer.Option("--actor", help=_("Of this Unix user or agent."))] = "",
    action: Annotated[str, typer.Option("--action", help=_("Of this kind: campaign.start, or campaign for all."))] = "",
    subject: Annotated[str, typer.Option("--subject", help=_("Of what has this in its name."))] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, help=_("At most so many."))] = 100,
    as_json: AsJson = False,
) -> None:
    """Who changed what and when, the newest first."""
    asked = {"since": since, "until": until, "actor": actor, "action": action, "subject": subject}
    found = _lines({name: value for name, value in asked.items() if value}, limit)
    if as_json:
        write_models(found)
        return
    columns = [_("when"), _("who"), _("action"), _("subject"), _("before"), _("after")]
    write_table(
        columns,
        ((line.at, line.actor, line.action, line.subject, _values(line.before), _values(line.after)) for line in found),
    )


def _lines(asked: dict[str, str], limit: int) -> "Iterator[AuditLine]":
    from minidialer.cli.params import given
    from minidialer.control.models.audit import LIST

    with caller() as daemon:
        after, left = None, limit
        while left > 0:
            page = daemon.call(LIST, given(LIST, limit=min(left, _PAGE), after=after, **asked))
            yield from page.lines
            left -= len(page.lines)
            if page.next is None:
                return
            after = page.next


def _values(values: Mapping[str, Any] | None) -> str:
    return ", ".join(f"{name}: {value}" for name, value in values.items()) if values else ""

"""`minidialer stats`: of agents, campaigns and hours; on the terminal, as JSON, or as a file for a spreadsheet."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from minidialer.cli.group import new_group
from minidialer.cli.output import AsJson, local, narrate, write_model, write_table
from minidialer.cli.session import call
from minidialer.i18n import _, ngettext

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from minidialer.control.stats_tables import Table

_STDOUT = Path("-")
app = new_group(_("Statistics of agents, campaigns and hours."), lists_alone=False)
When = Annotated[
    str | None,
    typer.Argument(
        metavar="PERIOD", help=_("today, yesterday, this-week, last-week, this-month, last-month, or a day.")
    ),
]
Since = Annotated[
    str | None, typer.Option("--from", help=_("Instead of PERIOD: its first day, or a moment like 2026-05-04T09:30."))
]
Until = Annotated[str | None, typer.Option("--to", help=_("Its last day, or the moment it ends."))]
Campaign = Annotated[str | None, typer.Option("--campaign", help=_("Only what was done in this campaign."))]
Agent = Annotated[str | None, typer.Option("--agent", help=_("Only what this agent did."))]
Csv = Annotated[Path | None, typer.Option("--csv", metavar="FILE", help=_("Write a CSV file; - is standard output."))]
Xlsx = Annotated[Path | None, typer.Option("--xlsx", metavar="FILE", help=_("Write an Excel workbook."))]


@app.command("agents", help=_("Each agent's times, pauses, calls and dispositions."))
def agents(
    when: When = None,
    since: Since = None,
    until: Until = None,
    campaign: Campaign = None,
    csv: Csv = None,
    xlsx: Xlsx = None,
    as_json: AsJson = False,
) -> None:
    """One row an agent."""
    from minidialer.cli.params import given
    from minidialer.control.models.stats import AGENTS
    from minidialer.control.stats_tables import agents_table, clock, tenths

    found = call(AGENTS, given(AGENTS, since=_begin(when, since), until=until, campaign=campaign))
    if as_json:
        write_model(found)
    elif not _written(lambda: agents_table(found, tenths, wide=True), csv, xlsx):
        _show(agents_table(found, clock), found.since, found.until)


@app.command("campaigns", help=_("Each campaign's calls, outcomes, abandon rate and agents' times."))
def campaigns(
    when: When = None,
    since: Since = None,
    until: Until = None,
    csv: Csv = None,
    xlsx: Xlsx = None,
    as_json: AsJson = False,
) -> None:
    """One row a campaign."""
    from minidialer.cli.params import given
    from minidialer.control.models.stats import CAMPAIGNS
    from minidialer.control.stats_tables import campaigns_table, clock, tenths

    found = call(CAMPAIGNS, given(CAMPAIGNS, since=_begin(when, since), until=until))
    if as_json:
        write_model(found)
    elif not _written(lambda: campaigns_table(found, tenths, wide=True), csv, xlsx):
        _show(campaigns_table(found, clock), found.since, found.until)


@app.command("hours", help=_("The same by the hour."))
def hours(
    when: When = None,
    since: Since = None,
    until: Until = None,
    campaign: Campaign = None,
    agent: Agent = None,
    csv: Csv = None,
    xlsx: Xlsx = None,
    as_json: AsJson = False,
) -> None:
    """One row an hour."""
    from minidialer.cli.params import given
    from minidialer.control.models.stats import HOURS
    from minidialer.control.stats_tables import clock, hours_table, tenths

    params = given(HOURS, since=_begin(when, since), until=until, campaign=campaign, agent=agent)
    found = call(HOURS, params)
    if as_json:
        write_model(found)
    elif not _written(lambda: hours_table(found, tenths), csv, xlsx):
        _show(hours_table(found, clock), found.since, found.until)


def _begin(when: str | None, since: str | None) -> str | None:
    from minidialer.cli.errors import UsageError

    if when is not None and since is not None:
        raise UsageError("Give either {period} or --from, not both.", period=when)
    return when if when is not None else since


def _show(table: Table, since: datetime, until: datetime) -> None:
    narrate(_("From {since} to {until}").format(since=local(since), until=local(until)))
    write_table(table.columns, [*table.rows, *([table.total] if table.total is not None and table.rows else [])])


def _written(table: Callable[[], Table], csv: Path | None, xlsx: Path | None) -> bool:
    """Write the files asked for; False when none was."""
    if csv is None and xlsx is None:
        return False
    import sys

    from minidialer.cli.errors import UsageError
    from minidialer.cli.session import settings
    from minidialer.exporting.table import write_csv, write_table

    if xlsx is not None and xlsx.suffix.lower() != ".xlsx":
        raise UsageError("{file}: the name must end in .xlsx.", file=str(xlsx))
    if csv is not None and csv != _STDOUT and csv.suffix.lower() != ".csv":
        raise UsageError("{file}: the name must end in .csv.", file=str(csv))
    made, zone = table(), settings().zone
    for path in (csv, xlsx):
        if path == _STDOUT:
            write_csv(sys.stdout, made.columns, made.rows, zone=zone)
        elif path is not None:
            count = write_table(path, made.columns, made.rows, zone=zone)
            narrate(ngettext("{file}: {count} row", "{file}: {count} rows", count).format(file=path, count=count))
    return True

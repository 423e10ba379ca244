"""`minidialer demo`: the main job on a real Asterisk, from a file of numbers to saved dispositions."""

import asyncio
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from minidialer.cli.told_to_end import until_told
from minidialer.control.words import word
from minidialer.domain.sentence import RefusedError
from minidialer.i18n import _, decimal

if TYPE_CHECKING:
    from minidialer.lab.demo import DemoOptions
    from minidialer.lab.result import DemoResult

Connection = Literal["ring", "nailed_up"]


def demo(
    headless: Annotated[
        bool, typer.Option("--headless", help=_("Print lines instead of opening the supervisor's terminal."))
    ] = False,
    leads: Annotated[
        int | None,
        typer.Option(
            min=1, max=1_000_000, help=_("Leads in the imported file; 300, in the supervisor's terminal 5000.")
        ),
    ] = None,
    agents: Annotated[int, typer.Option(min=1, max=200, help=_("Robot agents."))] = 5,
    duration: Annotated[
        float | None,
        typer.Option(
            min=1, max=86_400, help=_("Seconds of dialling; 90, in the supervisor's terminal until you leave.")
        ),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help=_("The same seed gives the same customers."))] = 1,
    agent_connection: Annotated[Connection, typer.Option(help=_("How agents' phones are reached."))] = "nailed_up",
    overdial: Annotated[int, typer.Option(min=0, max=1000, help=_("Percent of calls beyond one for each agent."))] = 0,
    as_json: Annotated[bool, typer.Option("--json", help=_("Print the result as JSON."))] = False,
    keep: Annotated[Path | None, typer.Option(help=_("Keep store, logs and call record in this new folder."))] = None,
) -> None:
    """Run the main job with robots on a real Asterisk, and check the books; on a terminal, with a supervisor at it."""
    from minidialer.lab.demo import DemoOptions

    supervised = not headless and sys.stdin.isatty() and sys.stdout.isatty()
    options = DemoOptions(
        leads=leads or (5000 if supervised else 300),
        agents=agents,
        duration=duration or (None if supervised else 90),
        seed=seed,
        agent_connection=agent_connection,
        overdial=overdial,
        free_seat=supervised or sys.stderr.isatty(),
    )
    result = _run(options, keep, supervised=supervised)
    if as_json:
        print(json.dumps(result.as_dict(), ensure_ascii=False, indent=2))
    else:
        _print(result)
    if not result.good:
        raise typer.Exit(1)


def _run(options: "DemoOptions", keep: Path | None, *, supervised: bool) -> "DemoResult":
    """Turn what stops it into one sentence. Raises RefusedError, and KeyboardInterrupt when it was told to end."""
    from minidialer.cli.demo_progress import Lines
    from minidialer.cli.demo_terminal import Terminal
    from minidialer.lab.demo import Demo, demo_home
    from minidialer.lab.errors import LabError

    lines = Lines()
    terminal = Terminal(lines) if supervised else None
    try:
        with demo_home(keep) as home:
            result = asyncio.run(until_told(Demo(options, home, lines.say, lines.show, terminal).run()))
    except* (LabError, RefusedError) as group:
        raise RefusedError("{problem}", problem=_first(group)) from None
    except* asyncio.CancelledError:
        raise KeyboardInterrupt from None
    if terminal is not None and terminal.code:
        raise typer.Exit(1)
    return result


def _first(group: BaseExceptionGroup[BaseException]) -> str:
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return str(error)


def _print(result: "DemoResult") -> None:
    delays = result.answer_to_agent_ms
    rows = [
        (_("Asterisk"), result.asterisk_version),
        (_("Leads imported"), result.leads),
        (_("Call attempts"), result.attempts),
        *((f"  {word(outcome)}", count) for outcome, count in result.outcomes.items() if count),
        (_("Connected to an agent"), result.connected),
        *((f"  {disposition}", count) for disposition, count in result.dispositions.items()),
        (_("Abandoned"), result.abandoned),
        (
            _("From answer to agent"),
            ", ".join(f"{name} {decimal(getattr(delays, name), 'g')} ms" for name in ("p50", "p99", "max")),
        ),
    ]
    width = max(len(label) for label, _value in rows) + 2
    for label, value in rows:
        print(f"{label:<{width}}{value}")
    for difference in result.differences:
        print(f"! {difference}")
    if result.good:
        print(_("Every call in the carrier's record is one attempt in the store; nothing was lost or left behind."))

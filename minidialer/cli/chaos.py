"""`minidialer chaos`: break things on purpose while calls flow, and count what was lost."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from minidialer.cli.errors import UsageError
from minidialer.cli.output import AsJson, narrate, write_json, write_table
from minidialer.cli.told_to_end import until_told
from minidialer.domain.nearest import nearest
from minidialer.domain.sentence import RefusedError
from minidialer.i18n import N_, _, decimal

if TYPE_CHECKING:
    from minidialer.lab.chaos import Fault, Outcome

HELP = N_(
    "Break things on purpose in a laboratory of its own, and count what was lost.\n\n"
    "Nothing of an installed daemon is touched. The table tells for each fault how often it was tried, what was lost, "
    "doubled and stuck, and the longest time until all was well again; exit code 1 when anything was, or when a fault "
    "could not be tried."
)


def chaos(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="FAULT...", help=_("Faults to try; all of them when none is named."))
    ] = None,
    times: Annotated[
        int | None, typer.Option(min=1, max=100_000, help=_("How often each is tried; else as often as promised."))
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help=_("The same seed gives the same moments and customers."))] = 1,
    short: Annotated[bool, typer.Option("--short", help=_("A few times each, with shorter waits."))] = False,
    known: Annotated[bool, typer.Option("--list", help=_("List the faults, and try none."))] = False,
    as_json: AsJson = False,
    output: Annotated[Path | None, typer.Option(help=_("Write the JSON into this file too."))] = None,
    keep: Annotated[Path | None, typer.Option(help=_("Keep stores, logs and call records in this new folder."))] = None,
) -> None:
    """Try faults; see HELP."""
    from minidialer.lab.chaos import every_fault

    faults = every_fault()
    if known:
        _list(faults, as_json=as_json)
        return
    chosen = [_named(faults, name) for name in names or faults]
    tries = _Tries(times, seed, short=short, output=output)
    _run(tries, chosen, keep)
    if as_json:
        write_json([outcome.as_dict() for outcome in tries.outcomes])
    else:
        _print(tries.outcomes)
        _print_figures(tries.outcomes)
    for outcome in tries.outcomes:
        for detail in outcome.details:
            narrate(f"! {outcome.fault}: {detail}")
    if not all(outcome.good for outcome in tries.outcomes):
        raise typer.Exit(1)


class _Tries:
    """One fault after the other; the file is written anew after each, so that an interrupted run leaves what it has."""

    def __init__(self, times: int | None, seed: int, *, short: bool, output: Path | None) -> None:
        self.outcomes: list[Outcome] = []
        self._times = times
        self._seed = seed
        self._short = short
        self._output = output

    async def run(self, faults: list[Fault], home: Path) -> None:
        """All of them."""
        from minidialer.lab.chaos import try_fault

        self.write()
        for fault in faults:
            shown = _Shown(fault.name, self._times or (fault.short if self._short else fault.times))
            outcome = await try_fault(
                fault, home, seed=self._seed, progress=shown, times=self._times, short=self._short
            )
            shown.end()
            self.outcomes.append(outcome)
            self.write()

    def write(self) -> None:
        """What there is so far. Raises RefusedError when the file cannot be written."""
        if self._output is None:
            return
        text = json.dumps([outcome.as_dict() for outcome in self.outcomes], indent=2)
        try:
            self._output.write_text(text + "\n")
        except OSError as error:
            raise RefusedError(
                "{file} cannot be written: {problem}.", file=str(self._output), problem=error.strerror
            ) from None


class _Shown:
    """Progress of one fault on stderr: one line that changes on a terminal, elsewhere a line now and then."""

    EVERY = 15.0  # seconds between two lines that are not on a terminal

    def __init__(self, name: str, times: int) -> None:
        self._name = name
        self._times = times
        self._live = sys.stderr.isatty()
        self._started = time.monotonic()
        self._last: float | None = None

    def __call__(self, done: int, what: str) -> None:
        now = time.monotonic()
        line = f"{now - self._started:6.1f} s  {self._name} {done}/{self._times} {what}".rstrip()
        if self._live:
            sys.stderr.write(f"\r\x1b[K{line[:118]}")
            sys.stderr.flush()
        elif self._last is None or now - self._last >= self.EVERY:
            self._last = now
            narrate(line)

    def end(self) -> None:
        """The table or the next one follows."""
        if self._live:
            sys.stderr.write("\r\x1b[K")


def _run(tries: _Tries, faults: list[Fault], keep: Path | None) -> None:
    from minidialer.lab.demo import demo_home
    from minidialer.lab.errors import LabError

    try:
        with demo_home(keep) as home:
            asyncio.run(until_told(tries.run(faults, home)))
    except LabError as error:
        raise RefusedError("{problem}", problem=str(error)) from None
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None


def _named(faults: dict[str, Fault], name: str) -> Fault:
    if name in faults:
        return faults[name]
    near = nearest(name, list(faults))
    if near is not None:
        raise UsageError("There is no fault “{name}”: did you mean “{near}”?", name=name, near=near)
    raise UsageError("There is no fault “{name}”: use one of {known}.", name=name, known=", ".join(faults))


def _list(faults: dict[str, Fault], *, as_json: bool) -> None:
    if as_json:
        write_json([{"fault": fault.name, "times": fault.times, "about": fault.about} for fault in faults.values()])
    else:
        columns = (_("fault"), _("times"), _("what is done"))
        write_table(columns, ((fault.name, fault.times, fault.about) for fault in faults.values()))


def _print(outcomes: list[Outcome]) -> None:
    columns = (_("fault"), _("times tried"), _("lost for good"), _("doubled"), _("stuck"), _("time to recover"))
    write_table(
        columns,
        (
            (
                outcome.fault,
                outcome.times_tried,
                outcome.lost,
                outcome.doubled,
                outcome.stuck,
                f"{decimal(outcome.time_to_recover, '.1f')} s",
            )
            for outcome in outcomes
        ),
    )


def _print_figures(outcomes: list[Outcome]) -> None:
    """What else was measured, beneath the table."""
    rows = [(outcome.fault, name, f"{value:g}") for outcome in outcomes for name, value in outcome.figures.items()]
    if rows:
        typer.echo()
        write_table((_("fault"), _("measured"), _("figure")), rows)

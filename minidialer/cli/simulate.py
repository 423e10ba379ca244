"""`minidialer simulate`: what a pacing policy gives, before it is tried on people."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from minidialer.cli.errors import UsageError
from minidialer.cli.output import AsJson, write_json, write_pairs, write_table
from minidialer.domain.sentence import RefusedError
from minidialer.i18n import N_, _, decimal

if TYPE_CHECKING:
    from minidialer.simulation.policy import Policy
    from minidialer.simulation.replay import Changes
    from minidialer.simulation.result import Result
    from minidialer.simulation.scenario import Scenario

POLICIES = N_(
    "What decides how many calls are placed: progressive, power:P (percent of overdial), predictive, "
    "vicidial:HARD_LIMIT|AVERAGE|TAPERED[:MAX_LEVEL], webitel, issabel. Several are compared in a table."
)

HELP = N_(
    "Try pacing policies on simulated customers and agents, with the dialer's own code.\n\n"
    "In JSON utilisation, talk_utilisation and abandon_rate are fractions of 1; tables show percent. Utilisation is "
    "talk and wrap-up, of the time agents are logged in and not paused. A call a person answered counts as answered, "
    "abandoned or not. The same options and seed always give the same figures."
)


WITH_REPLAY = {
    *("--replay", "--campaign", "--policy", "--seed", "--json"),
    *("--target", "--channels", "--ring-timeout"),  # what may be other than that day
}


def simulate(
    context: typer.Context,
    policy: Annotated[list[str] | None, typer.Option("--policy", metavar="POLICY", help=_(POLICIES))] = None,
    agents: Annotated[int, typer.Option(min=1, max=2000, help=_("Agents of the shift."))] = 10,
    answer_rate: Annotated[
        float, typer.Option(min=0.01, max=1.0, help=_("Calls a person answers, as a fraction of 1."))
    ] = 0.3,
    talk: Annotated[float, typer.Option(min=1, max=7200, help=_("Mean seconds of a talk."))] = 60,
    wrap: Annotated[float, typer.Option(min=0, max=7200, help=_("Mean seconds of wrap-up after it."))] = 25,
    hours: Annotated[float, typer.Option(min=0.1, max=168, help=_("Hours of a shift; each day has one."))] = 8,
    days: Annotated[
        int, typer.Option(min=1, max=3650, help=_("Days, one after the other: what was learned stays."))
    ] = 1,
    seed: Annotated[int, typer.Option(min=0, help=_("The same seed gives the same customers."))] = 1,
    target: Annotated[
        float, typer.Option(min=0.1, max=100, help=_("Percent of the answered calls that may be abandoned."))
    ] = 3.0,
    campaigns: Annotated[int, typer.Option(min=1, max=100, help=_("Campaigns the agents are dealt out to."))] = 1,
    channels: Annotated[int, typer.Option(min=1, help=_("Channels of the trunk the campaigns share."))] = 100_000,
    ring_timeout: Annotated[int, typer.Option(min=5, max=120, help=_("Seconds a customer's phone rings."))] = 30,
    drift: Annotated[bool, typer.Option("--drift", help=_("The answer rate drifts through the day."))] = False,
    steps: Annotated[
        bool,
        typer.Option("--steps", help=_("Each hour the answer rate falls to a fifth within a minute, and rises again.")),
    ] = False,
    bad_bursts: Annotated[
        bool, typer.Option("--bad-bursts", help=_("Now and then most numbers are dead for five minutes."))
    ] = False,
    pauses: Annotated[bool, typer.Option("--pauses", help=_("Agents take breaks of their own."))] = False,
    turnover: Annotated[bool, typer.Option("--turnover", help=_("Agents come late and leave early."))] = False,
    lunch: Annotated[bool, typer.Option("--lunch", help=_("All pause at noon and return in the same second."))] = False,
    cold_start: Annotated[
        bool, typer.Option("--cold-start", help=_("Two agents begin; the others come half an hour to an hour later."))
    ] = False,
    as_json: AsJson = False,
    curve: Annotated[
        Path | None,
        typer.Option(help=_("Draw utilisation against abandons for every kind of policy into this SVG file.")),
    ] = None,
    past: Annotated[
        str | None,
        typer.Option("--replay", metavar="DATE", help=_("Replay this day of --campaign out of the store.")),
    ] = None,
    campaign: Annotated[str | None, typer.Option(help=_("The campaign whose day is replayed."))] = None,
) -> None:
    """Try pacing policies in one scenario or past day; see HELP."""
    if (past is None) != (campaign is None):
        raise UsageError("--replay and --campaign go together: give both.")
    from minidialer.simulation.replay import Changes

    if past is not None and campaign is not None:
        given = _given(context)
        _refuse_beside_replay(given)
        changes = Changes(
            target=target if "--target" in given else None,
            ring_timeout=ring_timeout if "--ring-timeout" in given else None,
            channels=channels if "--channels" in given else None,
        )
        policies = [_policy(name) for name in policy or ["predictive"]]
        _print(_replay(_day(past), campaign, policies, changes, seed), as_json=as_json, one=False)
        return
    from minidialer.simulation.scenario import Scenario

    scenario = Scenario(
        agents=agents,
        answer_rate=answer_rate,
        talk=talk,
        wrap=wrap,
        hours=hours,
        days=days,
        seed=seed,
        target=target,
        campaigns=campaigns,
        channels=channels,
        ring_timeout=ring_timeout,
        drift=drift,
        steps=steps,
        bad_bursts=bad_bursts,
        pauses=pauses,
        turnover=turnover,
        lunch=lunch,
        cold_start=cold_start,
    )
    policies = [_policy(name) for name in policy or (["progressive", "predictive"] if curve is None else [])]
    if curve is not None:
        _refuse_unwritable(curve)  # before the long work
    results = [_run(scenario, each) for each in policies]
    _print(results, as_json=as_json, one=len(results) == 1)
    if curve is not None:
        _draw(scenario, curve)


def _day(text: str) -> date:
    """A day as it is typed; the day after it can be named too."""
    day = None
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        with contextlib.suppress(ValueError):
            day = date.fromisoformat(text)
    if day is None or not date.min.year < day.year < date.max.year:
        raise UsageError("--replay = {value}: it must be a day like 2026-11-20.", value=text)
    return day


def _given(context: typer.Context) -> set[str]:
    """The options that were typed."""
    sources = ((param, context.get_parameter_source(param.name or "")) for param in context.command.params)
    return {param.opts[0] for param, source in sources if source is not None and source.name == "COMMANDLINE"}


def _refuse_beside_replay(given: set[str]) -> None:
    for option in sorted(given - WITH_REPLAY):
        raise UsageError(
            "{option} does not go with --replay, for that day is what it was: leave it out.", option=option
        )


def _print(results: list[Result], *, as_json: bool, one: bool) -> None:
    """One result by itself, or all in a table; in JSON an object or an array."""
    if as_json and results:
        write_json(results[0].as_dict() if one else [result.as_dict() for result in results])
    elif one:
        write_pairs(_shown(results[0]))
    elif results:
        rows = [_shown(result) for result in results]
        write_table([name for name, _value in rows[0]], ([value for _name, value in row] for row in rows))


def _replay(day: date, campaign: str, policies: list[Policy], changes: Changes, seed: int) -> list[Result]:
    """That day as it was, then under each policy."""
    import asyncio

    from minidialer.cli.session import may_use_store, settings
    from minidialer.simulation.past_day import past_day
    from minidialer.simulation.replay import changed, replay

    may_use_store()
    found = asyncio.run(past_day(settings().store_path, campaign, day, settings().zone, settings().domain_trunks()))
    found = changed(found, changes)
    return [found.real_result(), *(replay(found, each, seed) for each in policies)]


def _policy(name: str) -> Policy:
    from minidialer.simulation.policy import policy_of

    try:
        return policy_of(name)
    except RefusedError as error:
        raise UsageError(error.sentence.template, **error.sentence.values) from None


def _run(scenario: Scenario, policy: Policy) -> Result:
    from minidialer.simulation.simulation import simulate as run

    return run(scenario, policy)


def _refuse_unwritable(file: Path) -> None:
    with _writing(file), file.open("ab"):
        pass


def _draw(scenario: Scenario, file: Path) -> None:
    """Every kind of policy into one picture."""
    from minidialer.simulation.curve import draw, families

    picture = draw(families(scenario), scenario)
    with _writing(file):
        file.write_text(picture, encoding="utf-8")


@contextlib.contextmanager
def _writing(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise RefusedError("{file} cannot be written: {problem}.", file=str(file), problem=error.strerror) from None


def _shown(result: Result) -> list[tuple[str, object]]:
    from minidialer.simulation.past_day import THAT_DAY

    return [
        (_("policy"), _(THAT_DAY) if result.policy == THAT_DAY else result.policy),
        (_("agents"), result.agents),
        (_("utilisation"), _percent(result.utilisation)),
        (_("talking"), _percent(result.talk_utilisation)),
        (_("wait between calls"), f"{decimal(result.mean_wait_s, '.1f')} s"),
        (_("abandoned"), f"{_percent(result.abandon_rate)} ({result.abandoned})"),
        (_("answered"), result.answered),
        (_("attempts"), result.attempts),
        (_("days over target"), f"{result.days_over_target}/{result.days}"),
    ]


def _percent(share: float) -> str:
    return f"{decimal(100 * share, '.2f')} %"

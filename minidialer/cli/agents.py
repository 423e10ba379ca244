"""`minidialer agents`."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from minidialer.cli.errors import UsageError
from minidialer.cli.group import new_group
from minidialer.cli.output import AsJson, narrate, write_model, write_models, write_table, yes_no
from minidialer.cli.session import call
from minidialer.control.words import word
from minidialer.i18n import _

if TYPE_CHECKING:
    from minidialer.control.models.agents import Agent

app = new_group(_("Agents: who takes the calls."))
Login = Annotated[str, typer.Argument(help=_("The agent's SIP account."), show_default=False)]
PersonName = Annotated[str | None, typer.Option("--name", help=_("The person's name."))]
Active = Annotated[bool | None, typer.Option("--active/--inactive", help=_("May the agent log in?"))]
AutoAnswer = Annotated[
    bool | None, typer.Option("--auto-answer/--no-auto-answer", help=_("Ask the phone to answer by itself."))
]


Tabs = Annotated[
    str | None,
    typer.Option(
        "--tabs", help=_("What the agent's page shows: dialer, connections, statistics, parted by commas; empty: none.")
    ),
]
BlockedLists = Annotated[
    list[str] | None,
    typer.Option("--blocked-list", help=_("A list the agent never meets; may be repeated, and replaces all former.")),
]
Language = Annotated[
    str | None, typer.Option("--language", help=_("Of the agent's page: pl, en; empty: the browser's."))
]


Force = Annotated[
    bool,
    typer.Option(
        "--force", help=_("At once: a talk goes on to its end, its form is saved or set aside without the agent.")
    ),
]


@app.callback()
def alone(context: typer.Context, as_json: AsJson = False) -> None:
    """The noun alone lists."""
    if context.invoked_subcommand is None:
        list_agents(as_json=as_json)


@app.command("list", help=_("List agents and what they are doing."))
def list_agents(as_json: AsJson = False) -> None:
    """All agents."""
    from minidialer.control.models.agents import LIST
    from minidialer.control.models.base import Nothing

    agents = call(LIST, Nothing()).agents
    if as_json:
        write_models(agents)
    else:
        _table(agents)


@app.command("add", help=_("Add an agent."))
def add(
    login: Login,
    name: PersonName = None,
    active: Active = None,
    auto_answer: AutoAnswer = None,
    as_json: AsJson = False,
) -> None:
    """Add one."""
    from minidialer.cli.params import given
    from minidialer.control.models.agents import ADD

    _show(call(ADD, given(ADD, login=login, name=name, active=active, auto_answer=auto_answer)), as_json)


@app.command("set", help=_("Change an agent."))
def set_agent(
    login: Login,
    name: PersonName = None,
    active: Active = None,
    auto_answer: AutoAnswer = None,
    tabs: Tabs = None,
    blocked_lists: BlockedLists = None,
    no_blocked_lists: Annotated[bool, typer.Option("--no-blocked-lists", help=_("Block no list any more."))] = False,
    language: Language = None,
    as_json: AsJson = False,
) -> None:
    """Change one."""
    from minidialer.cli.params import given
    from minidialer.control.models.agents import SET

    params = given(
        SET,
        login=login,
        name=name,
        active=active,
        auto_answer=auto_answer,
        tabs=[tab.strip() for tab in tabs.split(",") if tab.strip()] if tabs is not None else None,
        blocked_lists=[] if no_blocked_lists else blocked_lists or None,
        language=language,
    )
    _show(call(SET, params), as_json)


@app.command("password", help=_("Set the agent's password for the page: asked for twice, unless said otherwise."))
def password(
    login: Login,
    stdin: Annotated[bool, typer.Option("--stdin", help=_("Read it from standard input, one line."))] = False,
    generate: Annotated[bool, typer.Option("--generate", help=_("Make one up and print it."))] = False,
    take_away: Annotated[bool, typer.Option("--none", help=_("Take it away: no log-in on the page."))] = False,
) -> None:
    """The agent's own password, never the SIP account's."""
    from minidialer.cli.params import given
    from minidialer.control.models.agents import PASSWORD

    if stdin + generate + take_away > 1:
        raise UsageError("--stdin, --generate and --none exclude each other: give one of them.")
    chosen = None if take_away or generate else _chosen_password(stdin=stdin)
    done = call(PASSWORD, given(PASSWORD, login=login, password=chosen, generate=generate))
    if done.password is not None:
        sys.stdout.write(f"{done.password}\n")
    narrate(_("The password of agent {login} is changed.").format(login=login))


def _chosen_password(*, stdin: bool) -> str:
    if stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return str(typer.prompt(_("Password"), hide_input=True, confirmation_prompt=_("The same again"), err=True))


@app.command("remove", help=_("Remove an agent who is logged out."))
def remove(login: Login, as_json: AsJson = False) -> None:
    """Remove one."""
    from minidialer.cli.params import given
    from minidialer.control.models.agents import REMOVE

    done = call(REMOVE, given(REMOVE, login=login))
    if as_json:
        write_model(done)
    else:
        narrate(_("Agent {login} is removed.").format(login=login))


@app.command("log-out", help=_("Log an agent out: at once, or after the present call and form."))
def log_out(login: Login, force: Force = False, as_json: AsJson = False) -> None:
    """By a supervisor's order."""
    from minidialer.cli.params import given
    from minidialer.control.models.agents import LOG_OUT

    _show(call(LOG_OUT, given(LOG_OUT, login=login, force=force)), as_json)


@app.command("pause", help=_("Pause an agent: at once, or after the present call and form."))
def pause(
    login: Login,
    reason: Annotated[str, typer.Option("--reason", help=_("Why, for the agent and the statistics."))] = "",
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """By a supervisor's order."""
    from minidialer.cli.params import given
    from minidialer.control.models.agents import PAUSE

    _show(call(PAUSE, given(PAUSE, login=login, reason=reason, force=force)), as_json)


@app.command("resume", help=_("Bring an agent back from a pause."))
def resume(login: Login, as_json: AsJson = False) -> None:
    """By a supervisor's order."""
    from minidialer.cli.params import given
    from minidialer.control.models.agents import RESUME

    _show(call(RESUME, given(RESUME, login=login)), as_json)


@app.command("spy", help=_("Hear an agent's talk from your own telephone."))
def spy(
    login: Login,
    extension: Annotated[str, typer.Argument(help=_("The SIP account of your telephone: it rings."))],
    mode: Annotated[
        str, typer.Option("--mode", help=_("listen, whisper (the agent hears you) or barge (both hear you)."))
    ] = "listen",
    as_json: AsJson = False,
) -> None:
    """Each time again for another mode."""
    from minidialer.cli.params import given
    from minidialer.control.models.agents import SPY

    spying = call(SPY, given(SPY, login=login, extension=extension, mode=mode))
    if as_json:
        write_model(spying)
    elif spying.changed:
        narrate(_("{extension} is in the talk already: now {mode}.").format(extension=extension, mode=mode))
    else:
        narrate(
            _("{extension} rings: pick it up to hear the talk with {number}.").format(
                extension=extension, number=spying.number
            )
        )


def _show(agent: "Agent", as_json: bool) -> None:
    if as_json:
        write_model(agent)
    else:
        _table([agent])


def _table(agents: "list[Agent]") -> None:
    columns = [
        _("login"), _("name"), _("active"), _("state"), _("reason"), _("since"), _("campaign"), _("assigned to"),
    ]  # fmt: skip
    write_table(
        columns,
        (
            (
                agent.login,
                agent.name,
                yes_no(agent.active),
                word(agent.state),
                word(agent.reason),
                agent.since,
                agent.campaign,
                ", ".join(agent.assigned),
            )
            for agent in agents
        ),
    )

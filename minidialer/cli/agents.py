"""`minidialer agents`."""

from typing import TYPE_CHECKING, Annotated

import typer

from minidialer.cli.group import new_group
from minidialer.cli.output import AsJson, narrate, write_model, write_models, write_table, yes_no
from minidialer.cli.session import call
from minidialer.cli.words import word
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
    as_json: AsJson = False,
) -> None:
    """Change one."""
    from minidialer.cli.params import given
    from minidialer.control.models.agents import SET

    _show(call(SET, given(SET, login=login, name=name, active=active, auto_answer=auto_answer)), as_json)


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
def log_out(login: Login, as_json: AsJson = False) -> None:
    """By a supervisor's order."""
    from minidialer.cli.params import given
    from minidialer.control.models.agents import LOG_OUT

    _show(call(LOG_OUT, given(LOG_OUT, login=login)), as_json)


@app.command("pause", help=_("Pause an agent: at once, or after the present call and form."))
def pause(
    login: Login,
    reason: Annotated[str, typer.Option("--reason", help=_("Why, for the agent and the statistics."))] = "",
    as_json: AsJson = False,
) -> None:
    """By a supervisor's order."""
    from minidialer.cli.params import given
    from minidialer.control.models.agents import PAUSE

    _show(call(PAUSE, given(PAUSE, login=login, reason=reason)), as_json)


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

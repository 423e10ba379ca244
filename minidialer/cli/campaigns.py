"""`minidialer campaigns`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from minidialer.cli.errors import UsageError
from minidialer.cli.group import new_group
from minidialer.cli.output import AsJson, narrate, said, write_json, write_model, write_models, write_pairs, write_table
from minidialer.cli.session import call
from minidialer.control.words import word
from minidialer.i18n import _

if TYPE_CHECKING:
    from minidialer.control.models.campaigns import Campaign

app = new_group(_("Campaigns: a list, its rules and its agents."))
Name = Annotated[str, typer.Argument(help=_("The campaign's name."), show_default=False)]
Settings = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="KEY=VALUE",
        help=_("Settings, as `minidialer campaigns settings` explains them; script=@FILE reads a file."),
        show_default=False,
    ),
]
ListName = Annotated[str | None, typer.Option("--list", help=_("The list to dial; empty: none."))]
Logins = Annotated[list[str], typer.Argument(help=_("SIP accounts of agents."), show_default=False)]


@app.callback()
def alone(context: typer.Context, as_json: AsJson = False) -> None:
    """The noun alone lists."""
    if context.invoked_subcommand is None:
        list_campaigns(as_json=as_json)


@app.command("list", help=_("List the campaigns."))
def list_campaigns(as_json: AsJson = False) -> None:
    """All of them."""
    from minidialer.control.models.base import Nothing
    from minidialer.control.models.campaigns import LIST

    found = call(LIST, Nothing()).campaigns
    if as_json:
        write_models(found)
        return
    columns = [_("campaign"), _("status"), _("list"), _("agents"), _("decision")]
    write_table(
        columns,
        (
            (item.name, word(item.status), item.lead_list, len(item.agents), item.status_reason or said(item.decision))
            for item in found
        ),
    )


@app.command("show", help=_("Show a campaign with every setting."))
def show(name: Name, as_json: AsJson = False) -> None:
    """One of them."""
    from minidialer.cli.params import given
    from minidialer.control.models.campaigns import COUNTS, SHOW

    campaign = call(SHOW, given(SHOW, name=name))
    if as_json:
        write_model(campaign)
        return
    _pairs(campaign)
    counts = call(COUNTS, given(COUNTS, name=name))
    if counts.lead_list is not None:
        lines = [(item.disposition, item.leads) for item in counts.dispositions]
        write_pairs([*lines, (_("exhausted"), counts.exhausted)])


@app.command("settings", help=_("Explain the settings of a campaign."))
def settings(as_json: AsJson = False) -> None:
    """Every key with its default and its meaning."""
    from minidialer.control.models.campaign_settings import CampaignSettingsModel, settings_to_model
    from minidialer.domain.campaign import CampaignSettings

    defaults = settings_to_model(CampaignSettings(), "").model_dump(mode="json")
    if as_json:
        write_json({"defaults": defaults, "schema": CampaignSettingsModel.model_json_schema()})
        return
    fields = CampaignSettingsModel.model_fields
    write_table(
        [_("setting"), _("default"), _("meaning")],
        ((name, defaults[name], _(field.description) if field.description else "") for name, field in fields.items()),
    )


@app.command("add", help=_("Add a campaign, stopped."))
def add(
    name: Name,
    settings: Settings = None,
    lead_list: ListName = None,
    agents: Annotated[list[str] | None, typer.Option("--agent", help=_("An agent; may be repeated."))] = None,
    as_json: AsJson = False,
) -> None:
    """Add one."""
    from minidialer.cli.params import given
    from minidialer.control.models.campaigns import ADD

    keys = _key_values(settings)
    lead_list = keys.pop("lead_list", lead_list)
    _show(call(ADD, given(ADD, name=name, lead_list=lead_list, agents=agents, settings=keys)), as_json)


@app.command("set", help=_("Change a campaign; a running one obeys at once."))
def set_campaign(
    name: Name,
    settings: Settings = None,
    lead_list: ListName = None,
    new_name: Annotated[str | None, typer.Option("--name", help=_("The new name."))] = None,
    as_json: AsJson = False,
) -> None:
    """Change one."""
    from minidialer.cli.params import given
    from minidialer.control.models.campaigns import SET

    keys = _key_values(settings)
    lead_list = keys.pop("lead_list", lead_list)
    new_name = keys.pop("name", new_name)
    _show(call(SET, given(SET, name=name, new_name=new_name, lead_list=lead_list, settings=keys)), as_json)


@app.command("assign", help=_("Let agents join the campaign."))
def assign(name: Name, logins: Logins, as_json: AsJson = False) -> None:
    """Assign agents."""
    from minidialer.cli.params import given
    from minidialer.control.models.campaigns import ASSIGN

    _show(call(ASSIGN, given(ASSIGN, name=name, agents=logins)), as_json)


@app.command("unassign", help=_("Take agents off the campaign."))
def unassign(name: Name, logins: Logins, as_json: AsJson = False) -> None:
    """Take agents off."""
    from minidialer.cli.params import given
    from minidialer.control.models.campaigns import UNASSIGN

    _show(call(UNASSIGN, given(UNASSIGN, name=name, agents=logins)), as_json)


@app.command("start", help=_("Start dialling."))
def start(name: Name, as_json: AsJson = False) -> None:
    """Start one."""
    from minidialer.cli.params import given
    from minidialer.control.models.campaigns import START

    started = call(START, given(START, name=name))
    for note in started.notes:
        narrate(said(note))
    if as_json:
        write_model(started.campaign)
    else:
        narrate(_("Campaign “{name}” is running.").format(name=started.campaign.name))


@app.command("stop", help=_("Stop dialling; calls under way go on."))
def stop(name: Name, as_json: AsJson = False) -> None:
    """Stop one."""
    from minidialer.cli.params import given
    from minidialer.control.models.campaigns import STOP

    campaign = call(STOP, given(STOP, name=name))
    if as_json:
        write_model(campaign)
    else:
        narrate(_("Campaign “{name}” is stopped.").format(name=campaign.name))


@app.command("remove", help=_("Remove a stopped campaign."))
def remove(name: Name, as_json: AsJson = False) -> None:
    """Remove one."""
    from minidialer.cli.params import given
    from minidialer.control.models.campaigns import REMOVE

    done = call(REMOVE, given(REMOVE, name=name))
    if as_json:
        write_model(done)
    else:
        narrate(_("Campaign “{name}” is removed.").format(name=name))


def _key_values(typed: list[str] | None) -> dict[str, Any]:
    from minidialer.control.models.campaign_settings import CampaignSettingsModel

    decimals = {name for name, field in CampaignSettingsModel.model_fields.items() if field.annotation is float}
    values = {}
    for item in typed or []:
        key, equals, value = item.partition("=")
        if not equals:
            raise UsageError("“{item}” is not a setting: write it as key=value.", item=item)
        name = key.strip().replace("-", "_")
        if name in decimals:
            value = value.replace(",", ".")
        values[name] = _from_file(value) if value.startswith("@") else value
    return values


def _from_file(value: str) -> str:
    path = Path(value.removeprefix("@"))
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError("{file} cannot be read: {problem}.", file=path, problem=error) from None


def _show(campaign: "Campaign", as_json: bool) -> None:
    if as_json:
        write_model(campaign)
    else:
        _pairs(campaign)


def _pairs(campaign: "Campaign") -> None:
    write_pairs(
        [
            ("name", campaign.name),
            ("status", word(campaign.status)),
            ("decision", campaign.status_reason or said(campaign.decision)),
            ("agents", ", ".join(campaign.agents)),
            ("lead_list", campaign.lead_list),
            *campaign.settings.model_dump(mode="json").items(),
        ]
    )

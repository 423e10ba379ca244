"""Campaigns."""

from typing import Any

from pydantic import Field

from minidialer.control.method import Method
from minidialer.i18n import N_

from .base import Done, Login, Name, Named, Nothing, Params, Result, WireSentence
from .campaign_settings import CampaignSettingsModel

REVISION = N_("as it was read: the change is refused (`changed`) if somebody else has changed the campaign since")


class CampaignAdd(Params):
    """A new campaign, stopped. `settings`: those that differ from the defaults."""

    name: Name
    lead_list: Name | None = None
    agents: list[Login] = Field(default_factory=list)
    settings: dict[str, Any] = Field(default_factory=dict)


class CampaignSet(Params):
    """What is given changes, all of it or nothing; the rest stays. `lead_list`: an empty text takes the list away."""

    name: Name
    new_name: Name | None = None
    lead_list: str | None = Field(default=None, max_length=80)
    agents: list[Login] | None = Field(default=None, description=N_("all who may join; others are taken off"))
    settings: dict[str, Any] = Field(default_factory=dict)
    revision: int | None = Field(default=None, description=REVISION)


class CampaignAgents(Params):
    """A campaign and some agents."""

    name: Name
    agents: list[Login] = Field(min_length=1)
    revision: int | None = Field(default=None, description=REVISION)


class Campaign(Result):
    """One campaign with its settings. `revision` grows when name, list, settings or agents change."""

    id: int
    name: str
    status: str
    status_reason: str = ""
    lead_list: str | None = None
    agents: list[str] = Field(default_factory=list)
    settings: CampaignSettingsModel
    decision: WireSentence | None = None
    revision: int = 0


class Campaigns(Result):
    """All campaigns, by name."""

    campaigns: list[Campaign]


class Started(Done):
    """The campaign runs."""

    campaign: Campaign


class DispositionCount(Result):
    """One line of the panel's statistics. `disposition` None: leads without one, or exhausted ones."""

    disposition: str
    leads: int


class CampaignCounts(Result):
    """The list's leads by disposition, in the order of the buttons, exhausted last."""

    lead_list: str | None
    dispositions: list[DispositionCount]
    exhausted: int


ADD = Method("campaigns.add", CampaignAdd, Campaign, "Adds a campaign.")
LIST = Method("campaigns.list", Nothing, Campaigns, "All campaigns.", reads=True)
SHOW = Method("campaigns.show", Named, Campaign, "One campaign with every setting.", reads=True)
COUNTS = Method(
    "campaigns.counts", Named, CampaignCounts, "The list's leads by disposition, exhausted last.", reads=True
)
SET = Method(
    "campaigns.set",
    CampaignSet,
    Campaign,
    "Changes name, list, agents or settings; a running campaign obeys at once.",
)
ASSIGN = Method("campaigns.assign", CampaignAgents, Campaign, "Lets agents join the campaign.")
UNASSIGN = Method(
    "campaigns.unassign", CampaignAgents, Campaign, "Takes agents off; those in it leave after their call."
)
START = Method("campaigns.start", Named, Started, "Starts dialling; says what is missing.")
STOP = Method("campaigns.stop", Named, Campaign, "Stops dialling; calls under way go on.")
REMOVE = Method("campaigns.remove", Named, Done, "Removes a stopped campaign with no call under way.")
METHODS = (ADD, LIST, SHOW, COUNTS, SET, ASSIGN, UNASSIGN, START, STOP, REMOVE)

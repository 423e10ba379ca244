"""Statistics of a time: per agent, per campaign, per hour. All times are seconds.

`since` and `until` say the time as people do: a word (today, yesterday, this-week, last-week, this-month, last-month),
a day of the call centre (2026-05-04; as `until` that day is included), or a moment with its zone
(2026-05-04T09:30:00+02:00, taken to the minute; as `until` it is not included). Without `until`: to the end of what
`since` names, at most to now.
"""

from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from minidialer.control.method import Method
from minidialer.domain.allowed import LINE

from .base import Login, Name, Params, Result

When = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40, pattern=LINE)]


class AgentsOf(Params):
    """A time, and a campaign if only work in it counts."""

    since: When = "today"
    until: When | None = None
    campaign: Name | None = None


class CampaignsOf(Params):
    """A time."""

    since: When = "today"
    until: When | None = None


class HoursOf(Params):
    """A time of at most 31 days; of one agent, one campaign, both, or everybody."""

    since: When = "today"
    until: When | None = None
    agent: Login | None = None
    campaign: Name | None = None


class Work(Result):
    """Agents' time by what they did: `logged_in` is the sum of the five that follow it, `pause_total` of `pauses`.

    `calls`: talks that began in this time, and what was saved for them. `average_talk` and `calls_per_hour` (an hour
    logged in): None when there was none.
    """

    logged_in: float = 0
    ready: float = 0
    reserved: float = 0
    talk: float = 0
    wrap_up: float = 0
    pause_total: float = 0
    pauses: dict[str, float] = Field(default_factory=dict, description="by reason, the longest first")
    calls: int = 0
    successes: int = 0
    dispositions: dict[str, int] = Field(default_factory=dict, description="by name, the most frequent first")
    calls_per_hour: float | None = None
    average_talk: float | None = None


class AgentWork(Work):
    """One agent's."""

    login: str
    name: str = ""


class AgentStats(Result):
    """Agents who were logged in, by login; `since` and `until`: the time as it was counted."""

    since: datetime
    until: datetime
    agents: list[AgentWork]
    total: Work


class CampaignWork(Work):
    """One campaign's: its agents' work in it, and its calls that went out in this time (`CallFigures`).

    `outcomes`: of the ended ones; the rest of `attempts` is under way.
    """

    name: str
    attempts: int = 0
    answered: int = 0
    abandoned: int = 0
    late: int = 0
    by_hand: int = 0
    abandon_rate: float | None = None
    outcomes: dict[str, int] = Field(default_factory=dict)


class CampaignStats(Result):
    """Campaigns in which something was done, by name. `total.abandon_rate` counts abandoned calls alone."""

    since: datetime
    until: datetime
    campaigns: list[CampaignWork]
    total: CampaignWork


class HourWork(Result):
    """What was done from `at` to `until`. Hours begin on the clock of the call centre.

    `attempts`, `answered` and `abandoned` are None in the figures of one agent: they belong to no agent.
    """

    at: datetime
    until: datetime
    logged_in: float = 0
    ready: float = 0
    reserved: float = 0
    talk: float = 0
    wrap_up: float = 0
    pause_total: float = 0
    calls: int = 0
    successes: int = 0
    attempts: int | None = None
    answered: int | None = None
    abandoned: int | None = None


class HourStats(Result):
    """Every hour of the time, the oldest first; the first and the last may be cut by its ends."""

    since: datetime
    until: datetime
    hours: list[HourWork]


AGENTS = Method("stats.agents", AgentsOf, AgentStats, "Each agent's times, calls and dispositions.", reads=True)
CAMPAIGNS = Method(
    "stats.campaigns", CampaignsOf, CampaignStats, "Each campaign's calls, outcomes and agents' times.", reads=True
)
HOURS = Method("stats.hours", HoursOf, HourStats, "The same by the hour, for charts.", reads=True)
METHODS = (AGENTS, CAMPAIGNS, HOURS)

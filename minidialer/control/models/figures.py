"""A campaign's figures of now: its leads, its day, its last hour. Cheap enough to be asked every second."""

from datetime import datetime

from pydantic import Field

from minidialer.control.method import Method

from .base import Name, Params, Result
from .campaigns import DispositionCount


class FiguresOf(Params):
    """One campaign, or all of them."""

    name: Name | None = None


class LeadsLeft(Result):
    """Leads that may still be called, by state; exhausted, closed and do-not-call ones are not among them."""

    fresh: int = 0
    retry: int = 0
    callback: int = 0
    total: int = 0


class CallFigures(Result):
    """Calls that went out in a time, and what has become of those very calls so far.

    `answered`: by a person. `connected`: joined with an agent. `late`: connected, but more than 2 s after the answer.
    `abandoned`: a person answered and was never joined. `abandon_rate`: percent of the answered calls, calls by hand
    apart, as the campaign's compliance profile counts; None while nobody answered.
    """

    attempts: int = 0
    answered: int = 0
    connected: int = 0
    abandoned: int = 0
    late: int = 0
    by_hand: int = Field(default=0, description="answered calls an agent placed by hand: not in the abandon rate")
    abandon_rate: float | None = None


class MinuteFigures(Result):
    """Calls that went out in the minute that begins at `at`, and what has become of them so far."""

    at: datetime
    calls: int = 0
    answered: int = 0
    abandoned: int = 0


class CampaignFigures(Result):
    """`dispositions`: of the list's leads, in the order of the buttons. `today` begins at midnight of the call centre.

    `minutes`: the last 60, the oldest first; the last of them is the present one.
    """

    name: str
    lead_list: str | None = None
    dispositions: list[DispositionCount] = Field(default_factory=list)
    exhausted: int = 0
    left: LeadsLeft = Field(default_factory=LeadsLeft)
    today: CallFigures = Field(default_factory=CallFigures)
    minutes: list[MinuteFigures] = Field(default_factory=list)


class Figures(Result):
    """By name of the campaign."""

    at: datetime
    campaigns: list[CampaignFigures]


FIGURES = Method(
    "campaigns.figures", FiguresOf, Figures, "Leads left, today's calls and the last hour by the minute.", reads=True
)
METHODS = (FIGURES,)

"""What the pages need of the daemon, handed in by it. The pages know nothing else of the daemon.

Everything a person asked for that cannot be done raises `domain.sentence.RefusedError`. Times are aware UTC; the pages
show them in `Seat.time_zone`. An agent reaches only leads of calls connected to, owned by or handed out to them: the
services check that, not the pages.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from minidialer.domain.disposition import Disposition
from minidialer.domain.sentence import Sentence


@dataclass(frozen=True, slots=True)
class Seat:
    """Who a session belongs to. `tabs`: of dialer, connections, statistics; `language`: pl, en, "" (the browser's)."""

    agent_id: int
    login: str
    name: str
    language: str
    time_zone: str
    tabs: frozenset[str]


@dataclass(frozen=True, slots=True)
class CampaignChoice:
    """A campaign the agent is assigned to and may join."""

    id: int
    name: str
    running: bool
    joined: bool
    nailed_up: bool


@dataclass(frozen=True, slots=True)
class PastAttempt:
    """An earlier attempt to the lead, as the form lists it."""

    at: datetime
    outcome: str
    agent: str
    disposition: str
    notes: str


@dataclass(frozen=True, slots=True)
class Draft:
    """What was typed and not saved yet."""

    disposition_id: int | None = None
    callback_at: str = ""  # as typed: local date and time, perhaps half of it
    notes: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CallForm:
    """The form of one call. `editable`: names of the fields the agent may change; `draft`: None when nothing was typed.

    `name`: of the lead, "" when no field is one; `transfer_targets`: configured names that `transfer` takes.
    """

    attempt_id: int
    number: str
    name: str
    campaign: str
    lead_list: str
    talking: bool
    on_hold: bool
    connected_at: datetime | None
    fields: Mapping[str, str]
    editable: frozenset[str]
    notes: str
    script: str
    history: Sequence[PastAttempt]
    dispositions: Sequence[Disposition]
    autosave: bool
    draft: Draft | None
    suggested_callback: datetime
    saved: bool
    wrap_up_ends_at: datetime | None
    default_disposition: str
    transfer_targets: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Today:
    """Figures of the waiting page."""

    calls: int
    talk_seconds: float
    successes: int


@dataclass(frozen=True, slots=True)
class Calling:
    """A call the agent placed by a click and nobody has answered yet. `stage`: phone (theirs rings) or customer."""

    lead_id: int
    number: str
    stage: str


@dataclass(frozen=True, slots=True)
class SeatView:
    """Everything the page shows, whole: a page that was away puts itself right with one of these.

    `state`: domain.agent.AgentState; `reason`: of a pause, the dialer's own codes (domain.agent.PauseReason) or a
    person's words; `after_call`: what was asked for during a call (pause, leave, log_out or ""); `campaign`: the one
    the agent is in, or calls for by hand; `phone`: domain.agent.PhoneState; `calling`: set while `state` is reserved
    by a click; `notice`: what the agent should know for the next seconds (what became of a call placed by hand).
    """

    version: int
    state: str
    reason: str
    since: datetime | None
    after_call: str
    campaign: str
    phone: str
    campaigns: Sequence[CampaignChoice]
    pause_reasons: Sequence[str]
    today: Today
    form: CallForm | None
    calling: Calling | None = None
    notice: Sentence | None = None


@dataclass(frozen=True, slots=True)
class LeadLine:
    """A lead under Connections. `kind`: private, callback or handed_out."""

    lead_id: int
    number: str
    name: str
    kind: str
    due_at: datetime | None
    campaign_id: int
    campaign: str
    last_disposition: Disposition | None


@dataclass(frozen=True, slots=True)
class Connections:
    """The Connections tab: what the agent may call by hand, and how many more may be handed out."""

    lines: Sequence[LeadLine]
    may_take: int
    campaigns: Sequence[CampaignChoice]


@dataclass(frozen=True, slots=True)
class Statistics:
    """One agent's work over some days; seconds. The states add up to `logged_in`; `dispositions`: how many talks."""

    first: date
    last: date
    logged_in: float
    ready: float
    talk: float
    wrap_up: float
    reserved: float
    paused: Mapping[str, float]
    calls: int
    dispositions: Sequence[tuple[Disposition, int]]
    successes: int


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session. `token` goes into the cookie and nowhere else."""

    token: str
    seat: Seat


class Ended(Exception):  # noqa: N818  # it is how a session ends, not a mistake
    """The session is over: `why` is taken_over, signed_out, revoked, expired or unknown."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Services(Protocol):
    """The daemon as the pages see it. Methods with a token raise Ended when its session is over."""

    async def sign_in(self, login: str, password: str, address: str) -> SignedIn:
        """A new session, ending an older one of this agent. Raises RefusedError: wrong, not active, slowed down."""

    async def seat(self, token: str) -> Seat:
        """Whose session this is."""

    async def sign_out(self, token: str) -> None:
        """Log the agent out, at once or after the present call and form; the session ends with it (signed_out)."""

    async def view(self, token: str) -> SeatView:
        """The page as it is now."""

    def changes(self, token: str) -> AsyncIterator[int]:
        """A number at once and each time the view may have changed; ends by raising Ended.

        While one runs, the page is there.
        """

    async def was_silent(self, token: str, seconds: float) -> None:
        """Right after `changes` was closed: the page had been gone for so long before anybody could tell."""

    async def join(self, token: str, campaign_id: int) -> None:
        """Take the campaign's calls."""

    async def leave(self, token: str) -> None:
        """Take no more calls of it: at once, or after the present call and form."""

    async def pause(self, token: str, reason: str) -> None:
        """At once, or after the present call and form."""

    async def resume(self, token: str) -> None:
        """Back, or a pause asked for is taken back."""

    async def hang_up(self, token: str) -> None:
        """End the talk, or a call placed by a click that nobody has answered yet."""

    async def hold(self, token: str, on: bool) -> None:
        """Put the customer on hold, or talk on."""

    async def transfer(self, token: str, target: str) -> None:
        """Blind transfer to a configured target or number; the agent's part of the talk ends."""

    async def send_digit(self, token: str, digit: str) -> None:
        """One DTMF digit to the customer's side: 0-9, * or #."""

    async def keep_draft(self, token: str, attempt_id: int, draft: Draft) -> None:
        """Keep what was typed (autosave); refused when the form is not this agent's or is saved."""

    async def check_callback(self, token: str, attempt_id: int, at: datetime) -> Sentence | None:
        """A warning about this time (outside the calling window), or None. Raises RefusedError when it cannot be."""

    async def save(
        self,
        token: str,
        attempt_id: int,
        *,
        disposition_id: int,
        callback_at: datetime | None,
        notes: str,
        fields: Mapping[str, str],
    ) -> None:
        """Save the form, whole or not at all."""

    async def connections(self, token: str, search: str) -> Connections:
        """What the agent may call by hand; `search` in number, name and fields."""

    async def take_leads(self, token: str, campaign_id: int, count: int) -> int:
        """Hand out more leads, up to the agent's limit; gives how many. Unused ones go back at the end of the day."""

    async def release(self, token: str, lead_id: int) -> None:
        """Give a handed-out lead back."""

    async def call(self, token: str, lead_id: int, campaign_id: int) -> None:
        """Click to call: the agent's phone first, then the customer. `campaign_id`: the line's.

        Allowed while paused or ready, in a campaign or in none; afterwards the agent is where they were.
        """

    async def statistics(self, token: str, first: date, last: date) -> Statistics:
        """The agent's own work on these days, in their time zone."""

"""The tables. The migrations create them; a test holds the two equal.

Removed lists, campaigns, agents and dispositions keep their rows, marked with `removed_at`: attempts, statistics and
audit lines point to them for ever. Only rows that are not removed hold a name, so the name is free again.
"""

import sqlalchemy as sa

from minidialer.domain.agent import AfterCallAction, AgentState, PhoneState
from minidialer.domain.attempt import AttemptState
from minidialer.domain.campaign import CampaignStatus
from minidialer.domain.lead import LeadState
from minidialer.domain.outcome import Outcome

from .columns import BigInt, DueTime, UtcTime, one_of

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id() -> "sa.Column[int]":
    return sa.Column("id", BigInt, primary_key=True)


def _text(name: str) -> "sa.Column[str]":
    return sa.Column(name, sa.Text, nullable=False, server_default="")


def _flag(name: str, default: str = "0") -> "sa.Column[bool]":
    return sa.Column(name, sa.Boolean, nullable=False, server_default=sa.text(default))


def _count(name: str) -> "sa.Column[int]":
    return sa.Column(name, sa.Integer, nullable=False, server_default=sa.text("0"))


def _ref(name: str, target: str, *, required: bool = False) -> "sa.Column[int]":
    return sa.Column(name, BigInt, sa.ForeignKey(f"{target}.id"), nullable=not required)


def _unique_among_present(table: sa.Table, column: str) -> None:
    present = table.c.removed_at.is_(None)
    sa.Index(f"uq_{table.name}_{column}", table.c[column], unique=True, sqlite_where=present, postgresql_where=present)


lead_list = sa.Table(
    "lead_list",
    metadata,
    _id(),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("name_key", sa.Text, nullable=False),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("removed_at", UtcTime),
)
_unique_among_present(lead_list, "name_key")

disposition = sa.Table(
    "disposition",
    metadata,
    _id(),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("name_key", sa.Text, nullable=False),
    _flag("asks_callback"),
    _flag("private"),
    _flag("do_not_call"),
    _flag("success"),
    _count("position"),
    sa.Column("removed_at", UtcTime),
    _text("name_pl"),
    _text("name_en"),
    sa.Column("retry_minutes", sa.Integer),
    sa.Column("retry_limit", sa.Integer),
    _text("key"),
)
_unique_among_present(disposition, "name_key")

campaign = sa.Table(
    "campaign",
    metadata,
    _id(),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("name_key", sa.Text, nullable=False),
    _ref("list_id", "lead_list"),
    sa.Column("status", one_of(CampaignStatus), nullable=False, server_default=CampaignStatus.STOPPED.value),
    _text("status_reason"),
    sa.Column("settings", sa.JSON, nullable=False),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("removed_at", UtcTime),
    _count("revision"),  # grows with every change a supervisor makes, but for starting and stopping
)
_unique_among_present(campaign, "name_key")

agent = sa.Table(
    "agent",
    metadata,
    _id(),
    sa.Column("login", sa.Text, nullable=False),
    sa.Column("login_key", sa.Text, nullable=False),
    _text("name"),
    _flag("active", "1"),
    _flag("auto_answer"),
    sa.Column("password_hash", sa.Text),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("removed_at", UtcTime),
    # From here on: what the agent is doing, written by the dialer alone.
    sa.Column("state", one_of(AgentState), nullable=False, server_default=AgentState.LOGGED_OUT.value),
    _text("reason"),
    sa.Column("since", UtcTime),
    sa.Column("ready_since", UtcTime),
    _ref("campaign_id", "campaign"),
    # use_alter: an attempt has an agent as well, and the tables must be created in some order.
    sa.Column("attempt_id", BigInt, sa.ForeignKey("attempt.id", ondelete="SET NULL", use_alter=True)),
    _flag("saved"),
    sa.Column("after_call", one_of(AfterCallAction)),
    _text("after_call_reason"),
    sa.Column("phone_state", one_of(PhoneState), nullable=False, server_default=PhoneState.DOWN.value),
    _text("phone_leg"),
    sa.Column("phone_since", UtcTime),
    # What a supervisor allows on the agent's pages: tabs parted by commas; "" leaves the language to the browser.
    sa.Column("tabs", sa.Text, nullable=False, server_default="dialer,connections,statistics"),
    _text("language"),
    # Where an agent who calls by hand goes back to (`domain.agent.Home`).
    _flag("by_hand"),
    _text("home_reason"),
    sa.Column("home_campaign_id", BigInt),  # no foreign key: SQLite would copy the table to add it
    _flag("after_call_force"),
)
_unique_among_present(agent, "login_key")

campaign_agent = sa.Table(
    "campaign_agent",
    metadata,
    sa.Column("campaign_id", BigInt, sa.ForeignKey("campaign.id"), primary_key=True),
    sa.Column("agent_id", BigInt, sa.ForeignKey("agent.id"), primary_key=True, index=True),
)

# What a campaign's pacing learned (`domain.pacing.memory`), and up to which moment.
campaign_pacing = sa.Table(
    "campaign_pacing",
    metadata,
    sa.Column("campaign_id", BigInt, sa.ForeignKey("campaign.id"), primary_key=True),
    sa.Column("learned", sa.JSON, nullable=False),
    sa.Column("saved_at", UtcTime, nullable=False),
)

# Lists whose leads and campaigns this agent must not meet.
blocked_list = sa.Table(
    "blocked_list",
    metadata,
    sa.Column("agent_id", BigInt, sa.ForeignKey("agent.id"), primary_key=True),
    sa.Column("list_id", BigInt, sa.ForeignKey("lead_list.id"), primary_key=True),
)

# Log-ins to the agents' pages. The token itself is in the browser alone.
agent_session = sa.Table(
    "agent_session",
    metadata,
    _id(),
    sa.Column("token_hash", sa.Text, nullable=False, unique=True),
    _ref("agent_id", "agent", required=True),
    _text("address"),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("last_seen_at", UtcTime, nullable=False),
    sa.Column("ended_at", UtcTime),
    _text("why"),
)
_open = agent_session.c.ended_at.is_(None)
sa.Index("uq_agent_session_open", agent_session.c.agent_id, unique=True, sqlite_where=_open, postgresql_where=_open)

lead_import = sa.Table(
    "lead_import",
    metadata,
    _id(),
    _ref("list_id", "lead_list", required=True),
    _text("file_name"),
    sa.Column("uid", sa.Integer),
    sa.Column("started_at", UtcTime, nullable=False),
    sa.Column("finished_at", UtcTime),
    _count("read"),
    _count("added"),
    _count("updated"),
    _count("duplicate_in_file"),
    _count("already_in_list"),
    _count("invalid"),
    sa.Column("rejected_file", sa.Text),
    sa.Column("encoding", sa.Text),
    sa.Column("delimiter", sa.Text),
    # The ids of its leads lie between these two, so that undoing it needs no index of a million entries.
    sa.Column("first_lead_id", BigInt),
    sa.Column("last_lead_id", BigInt),
    sa.Column("undone_at", UtcTime),
    _count("removed"),
)

lead = sa.Table(
    "lead",
    metadata,
    _id(),
    _ref("list_id", "lead_list", required=True),
    sa.Column("number", sa.Text, nullable=False),
    sa.Column("state", one_of(LeadState), nullable=False, server_default=LeadState.FRESH.value),
    _count("attempts"),
    sa.Column("due_at", DueTime, nullable=False, server_default=sa.text("0")),
    _ref("owner_id", "agent"),
    _flag("do_not_call"),
    _ref("disposition_id", "disposition"),  # the last one saved
    sa.Column("fields", sa.JSON, nullable=False),
    _text("notes"),
    _ref("import_id", "lead_import"),
    sa.UniqueConstraint("list_id", "number"),
)


def offered(state: LeadState) -> sa.ColumnElement[bool]:
    """Leads in this state that may be called at all. Written out in full, else no partial index would match."""
    written = sa.literal(state, lead.c.state.type, literal_execute=True)
    return sa.and_(lead.c.state == written, ~lead.c.do_not_call)


def owned_by(agent_id: int) -> sa.ColumnElement[bool]:
    """The leads of an agent, by their own index (see there)."""
    return sa.and_(lead.c.owner_id == agent_id, lead.c.owner_id > sa.literal(0, literal_execute=True))


def _claim_index(state: LeadState, *columns: str) -> None:
    where = sa.and_(lead.c.state == state, ~lead.c.do_not_call)
    sa.Index(f"ix_lead_{state}", *(lead.c[column] for column in columns), sqlite_where=where, postgresql_where=where)


# One index a class of `selection.rank`, in its order. A lead that cannot be called is in none of them.
_claim_index(LeadState.CALLBACK, "list_id", "owner_id", "due_at", "id")
_claim_index(LeadState.RETRY, "list_id", "owner_id", "attempts", "due_at", "id")
_claim_index(LeadState.FRESH, "list_id", "owner_id", "due_at", "id")
sa.Index("ix_lead_page", lead.c.list_id, lead.c.id)
# For lists of an agent's own leads. Such a query says `owner_id > 0` as well; a claim does not, and so is never
# tempted away from its own index into reading everything an agent owns.
_private = lead.c.owner_id > 0
sa.Index("ix_lead_private", lead.c.owner_id, lead.c.due_at, sqlite_where=_private, postgresql_where=_private)

# How many leads there are of each kind, kept by triggers on `lead`: a live panel reads a few rows, never a million.
lead_tally = sa.Table(
    "lead_tally",
    metadata,
    sa.Column("list_id", BigInt, primary_key=True),
    sa.Column("state", sa.Text, primary_key=True),
    sa.Column("attempts", sa.Integer, primary_key=True),
    sa.Column("disposition_id", BigInt, primary_key=True),  # 0: none saved yet
    sa.Column("private", sa.Boolean, primary_key=True),
    sa.Column("do_not_call", sa.Boolean, primary_key=True),
    sa.Column("leads", sa.Integer, nullable=False),
    sqlite_with_rowid=False,
)

attempt = sa.Table(
    "attempt",
    metadata,
    sa.Column("id", BigInt, primary_key=True, autoincrement=False),
    _ref("campaign_id", "campaign", required=True),
    _ref("lead_id", "lead", required=True),
    _ref("list_id", "lead_list", required=True),
    sa.Column("number", sa.Text, nullable=False),
    _ref("agent_id", "agent"),
    _ref("owner_id", "agent"),
    sa.Column("state", one_of(AttemptState), nullable=False),
    sa.Column("claimed_at", UtcTime, nullable=False),
    sa.Column("dialled_at", UtcTime),
    sa.Column("answered_at", UtcTime),
    sa.Column("connected_at", UtcTime),
    sa.Column("ended_at", UtcTime),
    sa.Column("state_since", UtcTime),
    sa.Column("outcome", one_of(Outcome)),
    sa.Column("cause", sa.Integer),
    _text("detail"),
    _flag("queued"),
    _flag("letting_go"),
    _flag("settled"),  # what it does to its lead is stored: exactly one LeadChange an attempt counts
    _ref("disposition_id", "disposition"),
    sa.Column("callback_at", UtcTime),
    _text("notes"),
    sa.Column("saved_at", UtcTime),
    _flag("by_hand"),  # an agent clicked to call: their phone first
    _flag("on_hold"),
    sa.CheckConstraint("(state = 'ended') = (ended_at IS NOT NULL)", name="ended"),
)
_live = attempt.c.ended_at.is_(None)
sa.Index("uq_attempt_live_number", attempt.c.number, unique=True, sqlite_where=_live, postgresql_where=_live)
sa.Index("uq_attempt_live_lead", attempt.c.lead_id, unique=True, sqlite_where=_live, postgresql_where=_live)
sa.Index("ix_attempt_lead", attempt.c.lead_id, attempt.c.id)
sa.Index("ix_attempt_campaign", attempt.c.campaign_id, attempt.c.ended_at, attempt.c.outcome)
_unsettled = sa.and_(~attempt.c.settled, attempt.c.ended_at.is_not(None))
sa.Index("ix_attempt_unsettled", attempt.c.id, sqlite_where=_unsettled, postgresql_where=_unsettled)

# For agents' statistics, and for the callbacks they agreed.
_talk = attempt.c.connected_at.is_not(None)
sa.Index(
    "ix_attempt_talk",
    attempt.c.agent_id,
    attempt.c.connected_at,
    attempt.c.campaign_id,  # from here on: so that statistics of a year read the index alone
    attempt.c.disposition_id,
    sqlite_where=_talk,
    postgresql_where=_talk,
)
_agreed = attempt.c.callback_at.is_not(None)
sa.Index(
    "ix_attempt_callback", attempt.c.agent_id, attempt.c.callback_at, sqlite_where=_agreed, postgresql_where=_agreed
)

# Calls counted by campaign in spans of a minute and of an hour, kept by triggers on `attempt`: a day's figures are a
# few rows. A call counts in the span in which it went out (`domain.figures.counts_of`); end_*: by outcome.
call_tally = sa.Table(
    "call_tally",
    metadata,
    sa.Column("campaign_id", BigInt, primary_key=True),
    sa.Column("span", sa.Integer, primary_key=True),  # seconds
    sa.Column("at", UtcTime, primary_key=True),  # its begin
    *(_count(name) for name in ("attempts", "answered", "connected", "abandoned", "late", "by_hand")),
    *(_count(f"end_{outcome}") for outcome in Outcome),
    sqlite_with_rowid=False,
)

# When the daemon ran: from `started_at` to `seen_at`, its last sign of life.
daemon_run = sa.Table(
    "daemon_run",
    metadata,
    _id(),
    sa.Column("started_at", UtcTime, nullable=False),
    sa.Column("seen_at", UtcTime, nullable=False, index=True),
)

# What was typed into a form and not saved yet.
draft = sa.Table(
    "draft",
    metadata,
    sa.Column("attempt_id", BigInt, sa.ForeignKey("attempt.id", ondelete="CASCADE"), primary_key=True),
    _ref("agent_id", "agent", required=True),
    _ref("disposition_id", "disposition"),
    _text("callback_at"),  # as typed
    _text("notes"),
    sa.Column("fields", sa.JSON, nullable=False),
    sa.Column("kept_at", UtcTime, nullable=False),
)

# Leads handed out to an agent: `live` meanwhile, so that no claim sees them; what they were is kept here.
handed_out = sa.Table(
    "handed_out",
    metadata,
    sa.Column("lead_id", BigInt, sa.ForeignKey("lead.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("agent_id", BigInt, sa.ForeignKey("agent.id"), nullable=False, index=True),
    _ref("campaign_id", "campaign", required=True),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("due_at", DueTime, nullable=False, server_default=sa.text("0")),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("until", UtcTime, nullable=False),
)

# The last id given to an attempt, cancelled ones included: one row.
attempt_serial = sa.Table("attempt_serial", metadata, _id(), sa.Column("last", BigInt, nullable=False))

agent_state = sa.Table(
    "agent_state",
    metadata,
    _id(),
    _ref("agent_id", "agent", required=True),
    _ref("campaign_id", "campaign"),
    sa.Column("attempt_id", BigInt, sa.ForeignKey("attempt.id", ondelete="SET NULL"), index=True),
    sa.Column("state", one_of(AgentState), nullable=False),
    _text("reason"),
    sa.Column("started_at", UtcTime, nullable=False),
    sa.Column("ended_at", UtcTime),
    sa.UniqueConstraint("agent_id", "started_at", "state", "reason"),
)
_now = agent_state.c.ended_at.is_(None)
sa.Index("uq_agent_state_now", agent_state.c.agent_id, unique=True, sqlite_where=_now, postgresql_where=_now)

audit = sa.Table(
    "audit",
    metadata,
    _id(),
    sa.Column("at", UtcTime, nullable=False, index=True),
    sa.Column("uid", sa.Integer),
    _text("actor"),
    sa.Column("action", sa.Text, nullable=False),
    _text("subject"),
    sa.Column("before", sa.JSON(none_as_null=True)),
    sa.Column("after", sa.JSON(none_as_null=True)),
)

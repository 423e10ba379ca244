"""The first schema.

A migration is never edited once released, and imports nothing of the present schema: it says what was true then.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIME = _ID  # microseconds since 1970
_0, _1 = sa.text("0"), sa.text("1")


def upgrade() -> None:
    """Create every table and the triggers that keep the tally."""
    _create_attempt_serial()
    _create_audit()
    _create_disposition()
    _create_lead_list()
    _create_lead_tally()
    _create_campaign()
    _create_lead_import()
    _create_agent()
    _create_campaign_agent()
    _create_lead()
    _create_attempt()
    _create_agent_state()
    op.execute("INSERT INTO attempt_serial (id, last) VALUES (1, 0)")
    for trigger in _TALLY_TRIGGERS:
        op.execute(trigger)


def _one_of(*values: str, name: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True)


def _tally(row: str, change: str) -> str:
    """Add `change` to the tally of the kind that OLD or NEW is of."""
    return f"""
        INSERT INTO lead_tally (list_id, state, attempts, disposition_id, private, do_not_call, leads)
        VALUES ({row}.list_id, {row}.state, {row}.attempts, coalesce({row}.disposition_id, 0),
                {row}.owner_id IS NOT NULL, {row}.do_not_call, {change})
        ON CONFLICT DO UPDATE SET leads = leads + {change};"""  # noqa: S608 - put together of the constants below


_KIND = ("list_id", "state", "attempts", "disposition_id", "owner_id", "do_not_call")
_TALLY_TRIGGERS = (
    f"CREATE TRIGGER lead_tally_insert AFTER INSERT ON lead BEGIN {_tally('NEW', '1')} END",
    f"CREATE TRIGGER lead_tally_delete AFTER DELETE ON lead BEGIN {_tally('OLD', '-1')} END",
    f"""CREATE TRIGGER lead_tally_update AFTER UPDATE OF {", ".join(_KIND)} ON lead
        WHEN {" OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in _KIND)}
        BEGIN {_tally("OLD", "-1")} {_tally("NEW", "1")} END""",
)


def _create_attempt_serial() -> None:
    """The last attempt id."""
    op.create_table(
        "attempt_serial",
        sa.Column("id", _ID, nullable=False),
        sa.Column("last", _ID, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_attempt_serial"),
    )


def _create_audit() -> None:
    """Who changed what."""
    op.create_table(
        "audit",
        sa.Column("id", _ID, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("uid", sa.Integer),
        sa.Column("actor", sa.Text, server_default="", nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, server_default="", nullable=False),
        sa.Column("before", sa.JSON(none_as_null=True)),
        sa.Column("after", sa.JSON(none_as_null=True)),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )


def _create_disposition() -> None:
    """Dispositions."""
    op.create_table(
        "disposition",
        sa.Column("id", _ID, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("name_key", sa.Text, nullable=False),
        sa.Column("asks_callback", sa.Boolean, server_default=_0, nullable=False),
        sa.Column("private", sa.Boolean, server_default=_0, nullable=False),
        sa.Column("do_not_call", sa.Boolean, server_default=_0, nullable=False),
        sa.Column("success", sa.Boolean, server_default=_0, nullable=False),
        sa.Column("position", sa.Integer, server_default=_0, nullable=False),
        sa.Column("removed_at", _TIME),
        sa.PrimaryKeyConstraint("id", name="pk_disposition"),
    )
    op.create_index(
        "uq_disposition_name_key", "disposition", ["name_key"], unique=True, sqlite_where=sa.text("removed_at IS NULL")
    )


def _create_lead_list() -> None:
    """Lead lists."""
    op.create_table(
        "lead_list",
        sa.Column("id", _ID, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("name_key", sa.Text, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("removed_at", _TIME),
        sa.PrimaryKeyConstraint("id", name="pk_lead_list"),
    )
    op.create_index(
        "uq_lead_list_name_key", "lead_list", ["name_key"], unique=True, sqlite_where=sa.text("removed_at IS NULL")
    )


def _create_lead_tally() -> None:
    """How many leads of each kind."""
    op.create_table(
        "lead_tally",
        sa.Column("list_id", _ID, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("disposition_id", _ID, nullable=False),
        sa.Column("private", sa.Boolean, nullable=False),
        sa.Column("do_not_call", sa.Boolean, nullable=False),
        sa.Column("leads", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint(
            "list_id", "state", "attempts", "disposition_id", "private", "do_not_call", name="pk_lead_tally"
        ),
        sqlite_with_rowid=False,
    )


def _create_campaign() -> None:
    """Campaigns."""
    op.create_table(
        "campaign",
        sa.Column("id", _ID, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("name_key", sa.Text, nullable=False),
        sa.Column("list_id", _ID),
        sa.Column(
            "status", _one_of("stopped", "running", name="campaignstatus"), server_default="stopped", nullable=False
        ),
        sa.Column("status_reason", sa.Text, server_default="", nullable=False),
        sa.Column("settings", sa.JSON, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("removed_at", _TIME),
        sa.ForeignKeyConstraint(["list_id"], ["lead_list.id"], name="fk_campaign_list_id"),
        sa.PrimaryKeyConstraint("id", name="pk_campaign"),
    )
    op.create_index(
        "uq_campaign_name_key", "campaign", ["name_key"], unique=True, sqlite_where=sa.text("removed_at IS NULL")
    )


def _create_lead_import() -> None:
    """Imports."""
    op.create_table(
        "lead_import",
        sa.Column("id", _ID, nullable=False),
        sa.Column("list_id", _ID, nullable=False),
        sa.Column("file_name", sa.Text, server_default="", nullable=False),
        sa.Column("uid", sa.Integer),
        sa.Column("started_at", _TIME, nullable=False),
        sa.Column("finished_at", _TIME),
        sa.Column("read", sa.Integer, server_default=_0, nullable=False),
        sa.Column("added", sa.Integer, server_default=_0, nullable=False),
        sa.Column("updated", sa.Integer, server_default=_0, nullable=False),
        sa.Column("duplicate_in_file", sa.Integer, server_default=_0, nullable=False),
        sa.Column("already_in_list", sa.Integer, server_default=_0, nullable=False),
        sa.Column("invalid", sa.Integer, server_default=_0, nullable=False),
        sa.Column("rejected_file", sa.Text),
        sa.Column("encoding", sa.Text),
        sa.Column("delimiter", sa.Text),
        sa.Column("first_lead_id", _ID),
        sa.Column("last_lead_id", _ID),
        sa.Column("undone_at", _TIME),
        sa.Column("removed", sa.Integer, server_default=_0, nullable=False),
        sa.ForeignKeyConstraint(["list_id"], ["lead_list.id"], name="fk_lead_import_list_id"),
        sa.PrimaryKeyConstraint("id", name="pk_lead_import"),
    )


def _create_agent() -> None:
    """Agents."""
    op.create_table(
        "agent",
        sa.Column("id", _ID, nullable=False),
        sa.Column("login", sa.Text, nullable=False),
        sa.Column("login_key", sa.Text, nullable=False),
        sa.Column("name", sa.Text, server_default="", nullable=False),
        sa.Column("active", sa.Boolean, server_default=_1, nullable=False),
        sa.Column("auto_answer", sa.Boolean, server_default=_0, nullable=False),
        sa.Column("password_hash", sa.Text),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("removed_at", _TIME),
        sa.Column(
            "state",
            _one_of("logged_out", "paused", "ready", "reserved", "in_call", "wrap_up", name="agentstate"),
            server_default="logged_out",
            nullable=False,
        ),
        sa.Column("reason", sa.Text, server_default="", nullable=False),
        sa.Column("since", _TIME),
        sa.Column("ready_since", _TIME),
        sa.Column("campaign_id", _ID),
        sa.Column("attempt_id", _ID),
        sa.Column("saved", sa.Boolean, server_default=_0, nullable=False),
        sa.Column("after_call", _one_of("pause", "leave", "log_out", name="aftercallaction")),
        sa.Column("after_call_reason", sa.Text, server_default="", nullable=False),
        sa.Column(
            "phone_state",
            _one_of("down", "calling", "idle", "busy", name="phonestate"),
            server_default="down",
            nullable=False,
        ),
        sa.Column("phone_leg", sa.Text, server_default="", nullable=False),
        sa.Column("phone_since", _TIME),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name="fk_agent_attempt_id", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name="fk_agent_campaign_id"),
        sa.PrimaryKeyConstraint("id", name="pk_agent"),
    )
    op.create_index(
        "uq_agent_login_key", "agent", ["login_key"], unique=True, sqlite_where=sa.text("removed_at IS NULL")
    )


def _create_campaign_agent() -> None:
    """Who may join which campaign."""
    op.create_table(
        "campaign_agent",
        sa.Column("campaign_id", _ID, nullable=False),
        sa.Column("agent_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name="fk_campaign_agent_agent_id"),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name="fk_campaign_agent_campaign_id"),
        sa.PrimaryKeyConstraint("campaign_id", "agent_id", name="pk_campaign_agent"),
    )
    op.create_index("ix_campaign_agent_agent_id", "campaign_agent", ["agent_id"])


def _create_lead() -> None:
    """Leads."""
    op.create_table(
        "lead",
        sa.Column("id", _ID, nullable=False),
        sa.Column("list_id", _ID, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column(
            "state",
            _one_of("fresh", "retry", "callback", "live", "closed", name="leadstate"),
            server_default="fresh",
            nullable=False,
        ),
        sa.Column("attempts", sa.Integer, server_default=_0, nullable=False),
        sa.Column("due_at", _TIME, server_default=_0, nullable=False),
        sa.Column("owner_id", _ID),
        sa.Column("do_not_call", sa.Boolean, server_default=_0, nullable=False),
        sa.Column("disposition_id", _ID),
        sa.Column("fields", sa.JSON, nullable=False),
        sa.Column("notes", sa.Text, server_default="", nullable=False),
        sa.Column("import_id", _ID),
        sa.ForeignKeyConstraint(["disposition_id"], ["disposition.id"], name="fk_lead_disposition_id"),
        sa.ForeignKeyConstraint(["import_id"], ["lead_import.id"], name="fk_lead_import_id"),
        sa.ForeignKeyConstraint(["list_id"], ["lead_list.id"], name="fk_lead_list_id"),
        sa.ForeignKeyConstraint(["owner_id"], ["agent.id"], name="fk_lead_owner_id"),
        sa.PrimaryKeyConstraint("id", name="pk_lead"),
        sa.UniqueConstraint("list_id", "number", name="uq_lead_list_id_number"),
    )
    op.create_index(
        "ix_lead_callback",
        "lead",
        ["list_id", "owner_id", "due_at", "id"],
        sqlite_where=sa.text("state = 'callback' AND do_not_call = 0"),
    )
    op.create_index(
        "ix_lead_fresh",
        "lead",
        ["list_id", "owner_id", "due_at", "id"],
        sqlite_where=sa.text("state = 'fresh' AND do_not_call = 0"),
    )
    op.create_index("ix_lead_page", "lead", ["list_id", "id"])
    op.create_index("ix_lead_private", "lead", ["owner_id", "due_at"], sqlite_where=sa.text("owner_id > 0"))
    op.create_index(
        "ix_lead_retry",
        "lead",
        ["list_id", "owner_id", "attempts", "due_at", "id"],
        sqlite_where=sa.text("state = 'retry' AND do_not_call = 0"),
    )


def _create_attempt() -> None:
    """Attempts."""
    op.create_table(
        "attempt",
        sa.Column("id", _ID, autoincrement=False, nullable=False),
        sa.Column("campaign_id", _ID, nullable=False),
        sa.Column("lead_id", _ID, nullable=False),
        sa.Column("list_id", _ID, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("agent_id", _ID),
        sa.Column("owner_id", _ID),
        sa.Column(
            "state",
            _one_of("claimed", "dialling", "ringing", "waiting", "joining", "connected", "ended", name="attemptstate"),
            nullable=False,
        ),
        sa.Column("claimed_at", _TIME, nullable=False),
        sa.Column("dialled_at", _TIME),
        sa.Column("answered_at", _TIME),
        sa.Column("connected_at", _TIME),
        sa.Column("ended_at", _TIME),
        sa.Column("state_since", _TIME),
        sa.Column(
            "outcome",
            _one_of(
                "answered",
                "busy",
                "no_answer",
                "congestion",
                "invalid",
                "machine",
                "abandoned",
                "failed",
                "unknown",
                name="outcome",
            ),
        ),
        sa.Column("cause", sa.Integer),
        sa.Column("detail", sa.Text, server_default="", nullable=False),
        sa.Column("queued", sa.Boolean, server_default=_0, nullable=False),
        sa.Column("letting_go", sa.Boolean, server_default=_0, nullable=False),
        sa.Column("settled", sa.Boolean, server_default=_0, nullable=False),
        sa.Column("disposition_id", _ID),
        sa.Column("callback_at", _TIME),
        sa.Column("notes", sa.Text, server_default="", nullable=False),
        sa.Column("saved_at", _TIME),
        sa.CheckConstraint("(state = 'ended') = (ended_at IS NOT NULL)", name=op.f("ck_attempt_ended")),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name="fk_attempt_agent_id"),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name="fk_attempt_campaign_id"),
        sa.ForeignKeyConstraint(["disposition_id"], ["disposition.id"], name="fk_attempt_disposition_id"),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name="fk_attempt_lead_id"),
        sa.ForeignKeyConstraint(["list_id"], ["lead_list.id"], name="fk_attempt_list_id"),
        sa.ForeignKeyConstraint(["owner_id"], ["agent.id"], name="fk_attempt_owner_id"),
        sa.PrimaryKeyConstraint("id", name="pk_attempt"),
    )
    op.create_index("ix_attempt_campaign", "attempt", ["campaign_id", "ended_at", "outcome"])
    op.create_index("ix_attempt_lead", "attempt", ["lead_id", "id"])
    op.create_index(
        "ix_attempt_unsettled", "attempt", ["id"], sqlite_where=sa.text("settled = 0 AND ended_at IS NOT NULL")
    )
    op.create_index(
        "uq_attempt_live_lead", "attempt", ["lead_id"], unique=True, sqlite_where=sa.text("ended_at IS NULL")
    )
    op.create_index(
        "uq_attempt_live_number", "attempt", ["number"], unique=True, sqlite_where=sa.text("ended_at IS NULL")
    )


def _create_agent_state() -> None:
    """What agents did and when."""
    op.create_table(
        "agent_state",
        sa.Column("id", _ID, nullable=False),
        sa.Column("agent_id", _ID, nullable=False),
        sa.Column("campaign_id", _ID),
        sa.Column("attempt_id", _ID),
        sa.Column(
            "state",
            _one_of("logged_out", "paused", "ready", "reserved", "in_call", "wrap_up", name="agentstate"),
            nullable=False,
        ),
        sa.Column("reason", sa.Text, server_default="", nullable=False),
        sa.Column("started_at", _TIME, nullable=False),
        sa.Column("ended_at", _TIME),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name="fk_agent_state_agent_id"),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name="fk_agent_state_attempt_id", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name="fk_agent_state_campaign_id"),
        sa.PrimaryKeyConstraint("id", name="pk_agent_state"),
        sa.UniqueConstraint(
            "agent_id", "started_at", "state", "reason", name="uq_agent_state_agent_id_started_at_state_reason"
        ),
    )
    op.create_index("ix_agent_state_attempt_id", "agent_state", ["attempt_id"])
    op.create_index(
        "uq_agent_state_now", "agent_state", ["agent_id"], unique=True, sqlite_where=sa.text("ended_at IS NULL")
    )

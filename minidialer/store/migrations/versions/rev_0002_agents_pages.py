"""What the agents' pages need: access, sessions, drafts, calls by hand, hold, leads handed out."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIME = _ID  # microseconds since 1970
_0 = sa.text("0")

_COLUMNS = (
    "agent ADD COLUMN tabs TEXT DEFAULT 'dialer,connections,statistics' NOT NULL",
    "agent ADD COLUMN language TEXT DEFAULT '' NOT NULL",
    "agent ADD COLUMN by_hand BOOLEAN DEFAULT 0 NOT NULL",
    "agent ADD COLUMN home_reason TEXT DEFAULT '' NOT NULL",
    "agent ADD COLUMN home_campaign_id INTEGER",
    "attempt ADD COLUMN by_hand BOOLEAN DEFAULT 0 NOT NULL",
    "attempt ADD COLUMN on_hold BOOLEAN DEFAULT 0 NOT NULL",
)


def upgrade() -> None:
    """Add columns, tables and indexes; nothing that is there changes."""
    for column in _COLUMNS:
        op.execute(f"ALTER TABLE {column}")
    _create_access()
    _create_draft()
    _create_handed_out()
    op.create_index(
        "ix_attempt_talk", "attempt", ["agent_id", "connected_at"], sqlite_where=sa.text("connected_at IS NOT NULL")
    )
    op.create_index(
        "ix_attempt_callback", "attempt", ["agent_id", "callback_at"], sqlite_where=sa.text("callback_at IS NOT NULL")
    )


def _create_access() -> None:
    op.create_table(
        "blocked_list",
        sa.Column("agent_id", _ID, nullable=False),
        sa.Column("list_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name="fk_blocked_list_agent_id"),
        sa.ForeignKeyConstraint(["list_id"], ["lead_list.id"], name="fk_blocked_list_list_id"),
        sa.PrimaryKeyConstraint("agent_id", "list_id", name="pk_blocked_list"),
    )
    op.create_table(
        "agent_session",
        sa.Column("id", _ID, nullable=False),
        sa.Column("token_hash", sa.Text, nullable=False),
        sa.Column("agent_id", _ID, nullable=False),
        sa.Column("address", sa.Text, server_default="", nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("last_seen_at", _TIME, nullable=False),
        sa.Column("ended_at", _TIME),
        sa.Column("why", sa.Text, server_default="", nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name="fk_agent_session_agent_id"),
        sa.PrimaryKeyConstraint("id", name="pk_agent_session"),
        sa.UniqueConstraint("token_hash", name="uq_agent_session_token_hash"),
    )
    op.create_index(
        "uq_agent_session_open", "agent_session", ["agent_id"], unique=True, sqlite_where=sa.text("ended_at IS NULL")
    )


def _create_draft() -> None:
    op.create_table(
        "draft",
        sa.Column("attempt_id", _ID, nullable=False),
        sa.Column("agent_id", _ID, nullable=False),
        sa.Column("disposition_id", _ID),
        sa.Column("callback_at", sa.Text, server_default="", nullable=False),
        sa.Column("notes", sa.Text, server_default="", nullable=False),
        sa.Column("fields", sa.JSON, nullable=False),
        sa.Column("kept_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name="fk_draft_attempt_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name="fk_draft_agent_id"),
        sa.ForeignKeyConstraint(["disposition_id"], ["disposition.id"], name="fk_draft_disposition_id"),
        sa.PrimaryKeyConstraint("attempt_id", name="pk_draft"),
    )


def _create_handed_out() -> None:
    op.create_table(
        "handed_out",
        sa.Column("lead_id", _ID, nullable=False),
        sa.Column("agent_id", _ID, nullable=False),
        sa.Column("campaign_id", _ID, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("due_at", _TIME, server_default=_0, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("until", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name="fk_handed_out_lead_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name="fk_handed_out_agent_id"),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name="fk_handed_out_campaign_id"),
        sa.PrimaryKeyConstraint("lead_id", name="pk_handed_out"),
    )
    op.create_index("ix_handed_out_agent_id", "handed_out", ["agent_id"])

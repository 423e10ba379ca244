"""What statistics need: calls counted by triggers, the daemon's runs, indexes for talks and the audit trail."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIME = _ID  # microseconds since 1970
_0 = sa.text("0")

_OUTCOMES = ("answered", "busy", "no_answer", "congestion", "invalid", "machine", "abandoned", "failed", "unknown")
_BY_A_PERSON = "{row}.outcome IS NOT 'machine' AND coalesce({row}.answered_at, {row}.connected_at) IS NOT NULL"
# What one attempt adds to the counts of its minute and of its hour (`domain.figures.counts_of`).
_ADDS = {
    "attempts": "1",
    "answered": f"({_BY_A_PERSON})",
    "connected": "({row}.connected_at IS NOT NULL)",
    "abandoned": "({row}.outcome IS 'abandoned' AND NOT {row}.by_hand)",
    "late": "(coalesce({row}.connected_at - {row}.answered_at, 0) > 2000000 AND NOT {row}.by_hand)",
    "by_hand": f"({_BY_A_PERSON} AND {{row}}.by_hand)",
    **{f"end_{outcome}": f"({{row}}.ended_at IS NOT NULL AND {{row}}.outcome IS '{outcome}')" for outcome in _OUTCOMES},
}
_LOOKED_AT = ("campaign_id", "dialled_at", "answered_at", "connected_at", "ended_at", "outcome", "by_hand")


def upgrade() -> None:
    """Add tables and indexes, count the calls there have been, and let triggers count from here on."""
    op.create_table(
        "call_tally",
        sa.Column("campaign_id", _ID, nullable=False),
        sa.Column("span", sa.Integer, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        *(sa.Column(name, sa.Integer, server_default=_0, nullable=False) for name in _ADDS),
        sa.PrimaryKeyConstraint("campaign_id", "span", "at", name="pk_call_tally"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "daemon_run",
        sa.Column("id", _ID, nullable=False),
        sa.Column("started_at", _TIME, nullable=False),
        sa.Column("seen_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_daemon_run"),
    )
    op.create_index("ix_daemon_run_seen_at", "daemon_run", ["seen_at"])
    op.create_index("ix_audit_at", "audit", ["at"])
    op.drop_index("ix_attempt_talk", "attempt")
    op.create_index(
        "ix_attempt_talk",
        "attempt",
        ["agent_id", "connected_at", "campaign_id", "disposition_id"],
        sqlite_where=sa.text("connected_at IS NOT NULL"),
    )
    for span in (60, 3600):
        op.execute(_counted(span))
    for trigger in _TRIGGERS:
        op.execute(trigger)


def _counted(span: int) -> str:
    """The calls there have been."""
    sums = ", ".join(f"sum({adds.format(row='attempt')})" for adds in _ADDS.values())
    begin = f"dialled_at / {span}000000 * {span}000000"
    return f"""
        INSERT INTO call_tally (campaign_id, span, at, {", ".join(_ADDS)})
        SELECT campaign_id, {span}, {begin}, {sums} FROM attempt
        WHERE dialled_at IS NOT NULL GROUP BY campaign_id, {begin}"""  # noqa: S608 - put together of the constants above


def _add(row: str, sign: str) -> str:
    """Add what OLD or NEW counts, or take it away."""
    values = ", ".join(f"{sign}{adds.format(row=row)}" for adds in _ADDS.values())
    return f"""
        INSERT INTO call_tally (campaign_id, span, at, {", ".join(_ADDS)})
        SELECT {row}.campaign_id, span, {row}.dialled_at / (span * 1000000) * (span * 1000000), {values}
        FROM (SELECT 60 AS span UNION ALL SELECT 3600) WHERE {row}.dialled_at IS NOT NULL
        ON CONFLICT DO UPDATE SET {", ".join(f"{name} = {name} + excluded.{name}" for name in _ADDS)};"""  # noqa: S608


_TRIGGERS = (
    f"""CREATE TRIGGER call_tally_insert AFTER INSERT ON attempt
        WHEN NEW.dialled_at IS NOT NULL BEGIN {_add("NEW", "+")} END""",
    f"""CREATE TRIGGER call_tally_delete AFTER DELETE ON attempt
        WHEN OLD.dialled_at IS NOT NULL BEGIN {_add("OLD", "-")} END""",
    f"""CREATE TRIGGER call_tally_update AFTER UPDATE OF {", ".join(_LOOKED_AT)} ON attempt
        WHEN {" OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in _LOOKED_AT)}
        BEGIN {_add("OLD", "-")} {_add("NEW", "+")} END""",
)

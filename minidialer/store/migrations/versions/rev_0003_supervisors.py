"""What supervisors need: labels, keys and retry rules of dispositions, revisions of campaigns, orders by force."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_COLUMNS = (
    "disposition ADD COLUMN name_pl TEXT DEFAULT '' NOT NULL",
    "disposition ADD COLUMN name_en TEXT DEFAULT '' NOT NULL",
    "disposition ADD COLUMN retry_minutes INTEGER",
    "disposition ADD COLUMN retry_limit INTEGER",
    "disposition ADD COLUMN key TEXT DEFAULT '' NOT NULL",
    "campaign ADD COLUMN revision INTEGER DEFAULT 0 NOT NULL",
    "agent ADD COLUMN after_call_force BOOLEAN DEFAULT 0 NOT NULL",
)


def upgrade() -> None:
    """Add columns; nothing that is there changes."""
    for column in _COLUMNS:
        op.execute(f"ALTER TABLE {column}")

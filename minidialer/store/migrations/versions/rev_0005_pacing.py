"""What campaigns' pacing learned."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIME = _ID  # microseconds since 1970


def upgrade() -> None:
    """Add a table; nothing that is there changes."""
    op.create_table(
        "campaign_pacing",
        sa.Column("campaign_id", _ID, nullable=False),
        sa.Column("learned", sa.JSON, nullable=False),
        sa.Column("saved_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name="fk_campaign_pacing_campaign_id"),
        sa.PrimaryKeyConstraint("campaign_id", name="pk_campaign_pacing"),
    )

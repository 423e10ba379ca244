"""What an agent typed into a form: which of it may be kept."""

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncConnection

from minidialer.domain.sentence import RefusedError
from minidialer.store import attempts, leads

from .lead_fields import editable

LONGEST_TEXT = 20_000  # characters of notes, and of one field
GONE = "This form is not open any more: it was saved, or its call is long over."


async def changeable(conn: AsyncConnection, attempt_id: int, fields: Mapping[str, str]) -> dict[str, str]:
    """Of these fields, those the lead has and an agent may change."""
    record = await attempts.get(conn, attempt_id)
    if record is None:
        raise RefusedError(GONE)
    allowed = editable((await leads.get(conn, record.attempt.lead_id)).lead.fields)
    return {name: value for name, value in fields.items() if name in allowed}


def check_lengths(notes: str, fields: Mapping[str, str]) -> None:
    """Raise RefusedError for what is too long to keep."""
    if len(notes) > LONGEST_TEXT or any(len(value) > LONGEST_TEXT for value in fields.values()):
        raise RefusedError("A text has at most {limit} characters: shorten it.", limit=LONGEST_TEXT)

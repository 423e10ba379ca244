"""Names that people type: kept as written but for blanks, and the same whatever their case and blanks."""

import unicodedata

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from .errors import NameRefusedError, taken_name, unknown_name
from .schema import agent

LONGEST_NAME = 200


def tidy(name: str) -> str:
    """The name as it is kept: one blank between words, none around. Raises NameRefusedError when nothing is left."""
    kept = " ".join(unicodedata.normalize("NFC", name).split())
    if not kept:
        raise NameRefusedError("A name cannot be empty: give one.")
    if len(kept) > LONGEST_NAME:
        raise NameRefusedError("A name has at most {limit} characters: shorten it.", limit=LONGEST_NAME)
    if not kept.isprintable():
        raise NameRefusedError("A name cannot hold control characters: type it again.")
    return kept


def key(name: str) -> str:
    """What makes two names the same."""
    return unicodedata.normalize("NFKC", " ".join(name.split())).casefold()


async def find_row(conn: AsyncConnection, table: sa.Table, name: str) -> sa.Row[tuple[object, ...]]:
    """The row of this name that is not removed. Raises NotFoundError, which names the nearest one."""
    shown, folded = _columns(table)
    present = table.c.removed_at.is_(None)
    row = (await conn.execute(sa.select(table).where(folded == key(name), present))).first()
    if row is None:
        known = (await conn.execute(sa.select(shown).where(present))).scalars().all()
        raise unknown_name(table.name, " ".join(name.split()), list(known))
    return row


async def free_name(conn: AsyncConnection, table: sa.Table, name: str, but_for: int | None = None) -> tuple[str, str]:
    """The name and its key, fit to be stored. Raises NameTakenError when another one than `but_for` has it."""
    kept = tidy(name)
    shown, folded = _columns(table)
    query = sa.select(table.c.id, shown).where(folded == key(kept), table.c.removed_at.is_(None))
    holder = (await conn.execute(query)).first()
    if holder is not None and holder[0] != but_for:
        raise taken_name(table.name, holder[1])
    return kept, key(kept)


def _columns(table: sa.Table) -> tuple["sa.Column[str]", "sa.Column[str]"]:
    if table is agent:
        return table.c.login, table.c.login_key
    return table.c.name, table.c.name_key

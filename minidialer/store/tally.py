"""How many leads of a list there are of each kind, read from the tally that triggers keep: a few rows, at any size."""

from collections import Counter
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from minidialer.domain.lead import LeadState
from minidialer.domain.selection import is_exhausted

from .schema import lead_tally


@dataclass(frozen=True, slots=True)
class ListCounts:
    """Counts of leads. Those marked do-not-call are in `do_not_call` alone, whatever their state.

    `retries`: by attempts. `dispositions`: by the id of the last one saved, do-not-call leads included.
    """

    states: dict[LeadState, int] = field(default_factory=lambda: dict.fromkeys(LeadState, 0))
    retries: Counter[int] = field(default_factory=Counter)
    dispositions: Counter[int] = field(default_factory=Counter)
    do_not_call: int = 0
    private: int = 0

    @property
    def leads(self) -> int:
        """All of them."""
        return sum(self.states.values()) + self.do_not_call

    def exhausted(self, max_retries: int) -> int:
        """Leads with more attempts than a campaign with this limit allows; they are among the `retry` ones."""
        return sum(count for tries, count in self.retries.items() if is_exhausted(LeadState.RETRY, tries, max_retries))


async def counts(conn: AsyncConnection, list_id: int) -> ListCounts:
    """The counts of one list."""
    return (await counts_of(conn, [list_id]))[list_id]


async def counts_of(conn: AsyncConnection, list_ids: list[int]) -> dict[int, ListCounts]:
    """The counts of some lists, in one query."""
    found: dict[int, ListCounts] = {}
    query = sa.select(lead_tally).where(lead_tally.c.list_id.in_(list_ids), lead_tally.c.leads > 0)
    rows = (await conn.execute(query)).all()
    for list_id in list_ids:
        mine = [row for row in rows if row.list_id == list_id]
        states = dict.fromkeys(LeadState, 0)
        retries: Counter[int] = Counter()
        dispositions: Counter[int] = Counter()
        do_not_call = 0
        for row in mine:
            if row.disposition_id:
                dispositions[row.disposition_id] += row.leads
            if row.do_not_call:
                do_not_call += row.leads
                continue
            state = LeadState(row.state)
            states[state] += row.leads
            if state is LeadState.RETRY:
                retries[row.attempts] += row.leads
        private = sum(row.leads for row in mine if row.private)
        found[list_id] = ListCounts(states, retries, dispositions, do_not_call, private)
    return found

"""A stretch of a long list of leads: as much as one looks at, with more fetched where one goes.

The daemon gives pages before or after a place and looks for 50 ms at most in each call, so a page may be short, even
empty, with more to come. What is kept here stays small however long the list is.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

from minidialer.control.client import Client
from minidialer.control.models.leads import PAGE, Lead, LeadsSearch

PAGE_ROWS = 200
MOST_ROWS = 1000
Told = Callable[[], None]


class Window:
    """`rows` of what `wanted` asks for; `top` and `bottom` say that nothing is before and after them.

    `looking`: leads looked at so far while more is being asked for, else None; `told` is called as it grows.
    """

    def __init__(self, wanted: LeadsSearch) -> None:
        self.wanted = wanted
        self.rows: list[Lead] = []
        self.top = self.bottom = False
        self.looked = False  # has anything been asked yet?
        self.looking: int | None = None
        self._by_number = self._ended = False

    async def first(self, client: Client, told: Told) -> AsyncIterator[None]:
        """The beginning; a step each time there is more to show. Raises ControlError."""
        self.rows, self.top, self.bottom, self.looked = [], True, False, True
        async for found in self._pages(client, told):
            self.rows += found
            yield
        self.bottom = self._ended

    async def last(self, client: Client, told: Told) -> AsyncIterator[None]:
        """The end, likewise."""
        self.rows, self.top, self.bottom, self.looked = [], False, True, True
        async for found in self._pages(client, told, backwards=True):
            self.rows[:0] = found
            yield
        self.top = self._ended

    async def down(self, client: Client, told: Told) -> None:
        """What follows the last row; rows too far up are let go."""
        async for found in self._pages(client, told, after=self._key(-1)):
            self.rows += found
        self.bottom = self._ended
        if len(self.rows) > MOST_ROWS:
            del self.rows[: len(self.rows) - MOST_ROWS]
            self.top = False

    async def up(self, client: Client, told: Told) -> None:
        """What is before the first row; rows too far down are let go."""
        async for found in self._pages(client, told, after=self._key(0), backwards=True):
            self.rows[:0] = found
        self.top = self._ended
        if len(self.rows) > MOST_ROWS:
            del self.rows[MOST_ROWS:]
            self.bottom = False

    async def again(self, client: Client, told: Told) -> None:
        """The same stretch as it is now."""
        if not self.rows:
            async for _step in self.first(client, told):
                pass
            return
        rows: list[Lead] = []
        after = 0 if self.top else self._key(0) - 1
        async for found in self._pages(client, told, after=after, rows=max(len(self.rows), PAGE_ROWS)):
            rows += found
        self.rows, self.bottom = rows, self._ended

    async def _pages(
        self, client: Client, told: Told, *, after: int = 0, backwards: bool = False, rows: int = PAGE_ROWS
    ) -> AsyncIterator[Sequence[Lead]]:
        """Pages from there on until there are so many rows, or no more. `_ended`: there are no more."""
        self._ended, self.looking = False, 0
        place: int | None = after
        try:
            while place is not None and rows > 0:
                found = await client.call(PAGE, self._asked(place, min(rows, PAGE_ROWS), backwards))
                self._by_number = found.searched == "number"
                rows -= len(found.leads)
                self.looking += found.looked_at
                yield found.leads
                told()
                place = found.next
        finally:
            self.looking = None
        self._ended = place is None

    def _asked(self, after: int, limit: int, backwards: bool) -> LeadsSearch:
        asked: dict[str, Any] = self.wanted.model_dump(exclude_unset=True)
        return LeadsSearch.model_validate({**asked, "after": after, "limit": limit, "backwards": backwards})

    def _key(self, at: int) -> int:
        """The place of a row, as the daemon counts: by number where a number is searched for."""
        row = self.rows[at]
        return int(row.number.removeprefix("+")) if self._by_number else row.id

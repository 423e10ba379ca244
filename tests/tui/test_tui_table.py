"""The table: rows that change under the cursor, columns that share the width."""

import contextlib
from collections.abc import AsyncIterator
from typing import NamedTuple

from hypothesis import example, given
from hypothesis import strategies as st
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from minidialer.tui.widgets.columns import Cell, Column, share
from minidialer.tui.widgets.table import Table


class Call(NamedTuple):
    id: int
    state: str = "ringing"


COLUMNS = (
    Column[Call]("id", lambda row: str(row.id), width=6, right=True, order=lambda row: row.id),
    Column[Call]("state", lambda row: Cell(row.state, "good"), width=8, grow=1, order=lambda row: row.state),
)


class TableApp(App[None]):
    """A table alone, writing down what it says."""

    def __init__(self, *, marks: bool = False, pinned: int = 0) -> None:
        super().__init__()
        self.table = Table(
            COLUMNS,
            key=lambda row: row.id,
            empty="Nothing.\nPress `n`.",
            marks=marks,
            pinned=lambda row: row.id == pinned,
        )
        self.said: list[tuple[str, object]] = []

    def compose(self) -> ComposeResult:
        yield self.table

    def on_table_chosen(self, event: Table.Chosen) -> None:
        self.said.append((type(event).__name__, event.row))

    def on_table_moved(self, event: Table.Moved) -> None:
        self.said.append(("Moved", event.row))

    def on_table_end_near(self, _event: Table.EndNear) -> None:
        self.said.append(("EndNear", None))


@contextlib.asynccontextmanager
async def shown(
    rows: list[Call], *, marks: bool = False, pinned: int = 0
) -> AsyncIterator[tuple[TableApp, Pilot[None]]]:
    app = TableApp(marks=marks, pinned=pinned)
    async with app.run_test(size=(40, 10)) as pilot:
        app.table.show(rows)
        await pilot.pause()
        app.said.clear()
        yield app, pilot


def calls(*numbers: int) -> list[Call]:
    return [Call(number) for number in numbers]


def lines(table: Table[Call]) -> list[str]:
    return [table.render_line(y).text.rstrip() for y in range(table.size.height)]


async def test_the_cursor_stays_on_its_row_wherever_that_goes() -> None:
    async with shown(calls(1, 2, 3)) as (app, pilot):
        await pilot.press("down")
        app.table.show(calls(9, 8, 2, 3))
        assert app.table.current == Call(2)
        app.table.show(calls(9, 8, 7))
        assert app.table.current == Call(7)
        app.table.show([])
        assert app.table.current is None
        await pilot.pause()
        assert [said[0] for said in app.said].count("Moved") == 3


async def test_marks_belong_to_rows_and_go_with_them() -> None:
    async with shown(calls(1, 2, 3), marks=True) as (app, pilot):
        await pilot.press("space", "down", "space")
        assert app.table.marked == {1, 3}
        app.table.show(calls(3, 4))
        assert app.table.chosen == [Call(3)]
        assert lines(app.table)[1].startswith("●")


async def test_only_lines_that_changed_are_drawn_again() -> None:
    async with shown(calls(*range(100))) as (app, pilot):
        app.table.show([Call(number, "talking" if number == 3 else "ringing") for number in range(100)])
        drawn: list[int] = []
        whole = app.table.render_line
        app.table.render_line = lambda y: drawn.append(y) or whole(y)  # type: ignore[func-returns-value,method-assign]
        await pilot.pause()
        assert drawn == [4]


async def test_moving_scrolls_and_the_end_asks_for_more() -> None:
    async with shown(calls(*range(60))) as (app, pilot):
        await pilot.press("pagedown")
        assert app.table.current == Call(8)
        assert app.said == [("Moved", Call(8))]
        await pilot.press("end")
        assert app.table.current == Call(59)
        assert ("EndNear", None) in app.said
        app.table.append(calls(60, 61))
        assert [app.table.current, len(app.table.rows)] == [Call(59), 62]
        assert lines(app.table)[-1].split()[0] == "59"
        await pilot.press("home")
        assert lines(app.table)[1].split()[0] == "0"


async def test_enter_and_clicks_choose() -> None:
    async with shown(calls(1, 2)) as (app, pilot):
        await pilot.press("enter")
        await pilot.click(Table, offset=(2, 2))
        await pilot.click(Table, offset=(2, 2), times=2)
        said = [one for one in app.said if one[0] != "EndNear"]
        assert said == [("Chosen", Call(1)), ("Moved", Call(2)), ("Chosen", Call(2))]


async def test_sorting_by_key_and_by_click_on_a_title() -> None:
    rows = [Call(2, "b"), Call(1, "c"), Call(3, "a")]
    async with shown(rows) as (app, pilot):
        await pilot.press("o")
        assert [row.id for row in app.table.rows] == [1, 2, 3]
        assert "id↑" in lines(app.table)[0]
        await pilot.press("o")
        assert [row.id for row in app.table.rows] == [3, 2, 1]
        await pilot.press("o")
        assert [row.id for row in app.table.rows] == [2, 1, 3]
        await pilot.click(Table, offset=(2, 0))
        await pilot.click(Table, offset=(2, 0))
        assert [row.id for row in app.table.rows] == [3, 2, 1]


async def test_the_order_turns_round_and_pinned_rows_stay_at_the_top() -> None:
    async with shown(calls(2, 7, 3, 1), pinned=7) as (app, pilot):
        await pilot.press("O")
        assert [row.id for row in app.table.rows] == [2, 7, 3, 1]
        await pilot.press("o")
        assert [row.id for row in app.table.rows] == [7, 1, 2, 3]
        await pilot.press("O")
        assert [row.id for row in app.table.rows] == [7, 3, 2, 1]
        assert "id↓" in lines(app.table)[0]


async def test_an_empty_table_says_what_to_do_once_it_knows_that_it_is_empty() -> None:
    async with shown([]) as (app, _pilot):
        assert lines(app.table)[2:4] == ["  Nothing.", "  Press n."]
        app.table._rows = None
        assert lines(app.table)[2] == ""


@example([(1, 0, 0), (1, 0, 0)], 1)  # there is no room for both, however narrow
@given(
    st.lists(st.tuples(st.integers(1, 20), st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=8),
    st.integers(1, 160),
)
def test_columns_never_take_more_than_there_is(given_columns: list[tuple[int, int, int]], width: int) -> None:
    columns = [
        Column[Call]("t", lambda row: "", width=least, grow=grow, drop=drop) for least, grow, drop in given_columns
    ]
    shown_columns, gap = share(columns, width)
    total = sum(cells for _column, cells in shown_columns) + gap * (len(shown_columns) - 1)
    kept = [column for column, _cells in shown_columns]
    assert [column for column in columns if not column.drop] == [column for column in kept if not column.drop]
    if any(column.grow for column in kept) and total >= width and len(kept) == 1:
        assert total == width
    if all(cells >= column.least for column, cells in shown_columns) and 2 * len(kept) - 1 <= width:
        assert total <= width

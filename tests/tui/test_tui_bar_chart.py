"""Upright bars: what a cell shows, what fits."""

import contextlib
from collections.abc import AsyncIterator

from textual.app import App, ComposeResult

from minidialer.tui.widgets.bar_chart import Bar, BarChart, Bars, Part

_PARTS = (Part("lost", "bad"), Part("reached", "good"))


class ChartApp(App[None]):
    """A chart alone."""

    def compose(self) -> ComposeResult:
        yield BarChart()


@contextlib.asynccontextmanager
async def shown(bars: Bars, size: tuple[int, int] = (40, 9)) -> AsyncIterator[BarChart]:
    app = ChartApp()
    async with app.run_test(size=size) as pilot:
        chart = app.query_one(BarChart)
        chart.styles.height = size[1]
        chart.show(bars)
        await pilot.pause()
        yield chart


def lines(chart: BarChart) -> list[str]:
    return [chart.render_line(y).text.rstrip() for y in range(chart.size.height)]


def colours(chart: BarChart, x: int) -> list[tuple[str, bool]]:
    """Each cell of this column from below: its sign, and whether there is a colour behind it."""
    found = []
    for y in range(chart.size.height):
        (segment,) = chart.render_line(y).crop(x, x + 1)
        style = segment.style
        found.append((segment.text, style is not None and style.bgcolor != chart.rich_style.bgcolor))
    return found[::-1]


async def test_figures_stand_below_their_bars() -> None:
    bars = Bars("By hour", _PARTS, (Bar("08", (0, 4), ("4", "1")), Bar("09", (1, 1), ("2", "·"))), ("calls", "sold"))
    async with shown(bars) as chart:
        text = lines(chart)
        assert text[0] == "By hour   ■ lost   ■ reached"
        assert text[1].startswith("       4 ┤")
        assert text[6] == "         └ 08     09"
        assert text[7] == "calls      4      2"
        assert text[8] == "sold       1      ·"


async def test_the_least_part_is_still_seen() -> None:
    bars = Bars("", _PARTS, (Bar("08", (1, 1000)),))
    async with shown(bars, (40, 6)) as chart:
        cells = colours(chart, 12)
        assert cells[1] == ("▁", True)  # a line of the first colour on the second
        assert cells[2] == (" ", True)


async def test_heights_are_shares_of_the_highest() -> None:
    bars = Bars("", _PARTS, (Bar("08", (0, 8)), Bar("09", (0, 3)), Bar("10", (0, 0))))
    async with shown(bars, (40, 4)) as chart:
        assert colours(chart, 12)[1:3] == [(" ", True), (" ", True)]
        assert colours(chart, 19)[1:3] == [("▆", False), (" ", False)]
        assert colours(chart, 26)[1:3] == [(" ", False), (" ", False)]


async def test_what_is_too_wide_is_left_out() -> None:
    many = tuple(Bar(f"{hour:02}", (0, 1), ("12345",)) for hour in range(24))
    async with shown(Bars("", _PARTS, many, ("calls",)), (60, 9)) as chart:
        text = lines(chart)
        assert text[8] == "         └ 00  02  04  06  08  10  12  14  16  18  20  22"
        assert "12345" not in "".join(text)
    async with shown(Bars("", _PARTS, many, ("calls",)), (21, 9)) as chart:
        assert lines(chart)[8] == "         └ 14 17 20"  # the last ones


async def test_without_bars_only_the_title_is_there() -> None:
    async with shown(Bars("At most 31 days at once.", _PARTS)) as chart:
        assert lines(chart) == ["At most 31 days at once.", *[""] * 8]

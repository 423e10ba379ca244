"""Statistics and the audit trail on the real daemon: what the screens ask for, it understands."""

import csv
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from minidialer.control.models import campaigns, leads, seat
from tests.control.office import Office, noon, open_office
from tests.control.test_control_seat import open_shop

from .harness import driven, notices, press, screen_text, settled, typed, until


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with open_office(tmp_path, clock=noon) as opened, opened.client() as client:
        await open_shop(opened, client)
        attempt, _agent = await opened.connect_customer()
        await client.call(campaigns.SET, campaigns.CampaignSet(name="Wiosna", settings={"overdial_percent": 50}))
        opened.customer_hangs_up(attempt)
        saved = seat.SeatSave(agent="1001", attempt=attempt, disposition="sprzedaż")
        await client.call(seat.SAVE, saved)
        await client.call(leads.DO_NOT_CALL, leads.DoNotCall(number="600100200", on=True))
        yield opened


async def test_a_day_of_work(office: Office, tmp_path: Path) -> None:
    file = tmp_path / "stats.csv"
    async with driven(office, "statistics", (140, 40)) as pilot:
        (line,) = [line for line in screen_text(pilot).splitlines() if line.startswith(" Anna")]
        assert "1001" in line
        assert "sprzedaż 1" in line
        assert "All together, by the hour" in screen_text(pilot)
        await press(pilot, "c")
        assert "Wiosna" in screen_text(pilot)
        await press(pilot, "down", "enter")
        assert "answered" in screen_text(pilot)
        await press(pilot, "escape")
        await pilot.press("x")
        await until(lambda: "Export of campaigns" in screen_text(pilot))
        typed(pilot, str(file))
        await pilot.press("enter")
        await settled(pilot)
        assert notices(pilot) == [f"1 row is in {file}; times are in seconds."]
        with file.open(encoding="utf-8-sig") as lines:
            (row,) = csv.DictReader(lines, delimiter=";")
        assert (row["campaign"], row["attempts"], row["successes"], row["sprzedaż"]) == ("Wiosna", "1", "1", "1")


async def test_a_time_the_daemon_refuses(office: Office) -> None:
    async with driven(office, "statistics") as pilot:
        await pilot.press("p")
        await until(lambda: "Which time?" in screen_text(pilot))
        await pilot.press("end", "enter")
        await until(lambda: "A day like" in screen_text(pilot))
        typed(pilot, "2020-01-02 09:30")
        await pilot.press("enter")
        await until(lambda: "which is included" in screen_text(pilot))
        typed(pilot, "2020-01-01")
        await pilot.press("enter")
        await settled(pilot)
        assert notices(pilot) == ["The end 2020-01-01 comes before 2020-01-02 09:30: change one of them."]
        await press(pilot, "y")
        assert "Nothing happened in this time." in screen_text(pilot)


async def test_the_trail_of_that_day(office: Office) -> None:
    async with driven(office, "audit", (140, 40)) as pilot:
        text = screen_text(pilot)
        assert "do-not-call mark" in text
        assert "campaign changed" in text
        assert "Overdial, %: 0 → 50" in text
        assert "form saved" in text
        assert "Name: później, Asks when to call again: yes" in text
        await pilot.press("slash")
        await until(lambda: "Changes of what?" in screen_text(pilot))
        typed(pilot, "wiosna")
        await pilot.press("enter")
        await settled(pilot)
        assert "about: wiosna" in screen_text(pilot)
        assert "do-not-call mark" not in screen_text(pilot)
        await press(pilot, "w", "enter")
        await pilot.press("a")
        await until(lambda: "Which changes?" in screen_text(pilot))
        await pilot.press("down", "enter")
        await settled(pilot)
        await press(pilot, "enter")
        assert "before" in screen_text(pilot)

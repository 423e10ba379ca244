"""A day recorded on a real Asterisk: the figures add up, and are those that can be told from elsewhere."""

import asyncio
import itertools
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from minidialer.control.models import base, stats, system
from minidialer.control.sentences import ControlError
from minidialer.daemon.pages import statistics
from minidialer.domain.agent import AgentState
from minidialer.domain.days import start_of
from minidialer.store import work
from minidialer.store.database import Database
from tests.control.office import Office, open_office

from .day import Day, lay, recorded

BEGIN = datetime(2025, 3, 4, 9, 59, 20, tzinfo=UTC)  # a full hour passes in it
WARSAW = ZoneInfo("Europe/Warsaw")
ANNA, BOB, CECIL, DORA = 1, 2, 3, 4


@asynccontextmanager
async def office_of(folder: Path, begin: datetime) -> AsyncIterator[tuple[Office, Day]]:
    (folder / "data").mkdir()
    day = lay(folder / "data" / "minidialer.sqlite", begin)
    async with open_office(folder) as office:
        yield office, day


@pytest.fixture
async def there(tmp_path: Path) -> AsyncIterator[tuple[Office, Day]]:
    async with office_of(tmp_path, BEGIN) as found:
        yield found


async def of_agents(office: Office, since: str, until: str | None = None, **more: str) -> dict[str, stats.AgentWork]:
    async with office.client() as client:
        found = await client.call(stats.AGENTS, stats.AgentsOf(since=since, until=until, **more))
    parts = [*found.agents, found.total]
    for one in parts:
        assert one.logged_in == pytest.approx(one.ready + one.reserved + one.talk + one.wrap_up + one.pause_total)
        assert sum(one.pauses.values()) == pytest.approx(one.pause_total)
        assert sum(one.dispositions.values()) <= one.calls
    for name in ("logged_in", "talk", "calls", "successes", "pause_total"):
        assert getattr(found.total, name) == pytest.approx(sum(getattr(one, name) for one in found.agents))
    return {one.login: one for one in found.agents}


async def test_the_time_logged_in_is_that_between_log_in_and_log_out(there: tuple[Office, Day]) -> None:
    """Told by when the agents asked to be let in, and by the states in which they were out."""
    office, day = there
    found = await of_agents(office, "2025-03-04")
    shift = day.begin - datetime.fromisoformat(recorded()["notes"][0]["from"])
    for agent_id, spans in day.spans.items():
        login = day.rows["agent"][agent_id - 1]["login"]
        notes = [note for note in recorded()["notes"] if note["agent"] == login and note["did"] == "seat.log_in"]
        came = [datetime.fromisoformat(note["to"]) + shift for note in notes]
        left = [row["started_at"] for row in spans if row["state"] == "logged_out"]
        shifts = sum(
            (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=end) - begin).total_seconds()
            for begin, end in zip(came, left, strict=True)
        )
        assert found[login].logged_in == pytest.approx(shifts, abs=0.2)


async def test_the_time_talked_is_that_of_the_calls(there: tuple[Office, Day]) -> None:
    """The table of states and that of calls are written apart from each other."""
    office, day = there
    found = await of_agents(office, "2025-03-04")
    talked: dict[str, float] = defaultdict(float)
    calls: Counter[str] = Counter()
    for row in day.rows["attempt"]:
        if row["connected_at"] is not None:
            login = day.rows["agent"][row["agent_id"] - 1]["login"]
            talked[login] += (row["ended_at"] - row["connected_at"]) / 1e6
            calls[login] += 1
    for login, one in found.items():
        assert one.talk == pytest.approx(talked[login], abs=0.01)
        assert one.calls == calls[login]
        assert one.average_talk == pytest.approx(talked[login] / calls[login], abs=0.01)
        assert one.calls_per_hour == pytest.approx(3600 * calls[login] / one.logged_in)


async def test_pauses_are_told_by_reason(there: tuple[Office, Day]) -> None:
    found = await of_agents(there[0], "2025-03-04")
    assert {"lunch", "a word with the boss"} <= set(found["1001"].pauses)
    assert found["1001"].pauses["lunch"] >= 4
    assert found["1004"].pauses["not_joined"] == pytest.approx(8, abs=0.2), "in no campaign for eight seconds"


async def test_an_agent_of_two_campaigns_worked_for_each_for_a_time(there: tuple[Office, Day]) -> None:
    office, _day = there
    whole = (await of_agents(office, "2025-03-04"))["1002"]
    spring = (await of_agents(office, "2025-03-04", campaign="spring"))["1002"]
    autumn = (await of_agents(office, "2025-03-04", campaign="autumn"))["1002"]
    assert min(spring.logged_in, autumn.logged_in) > 15
    idle = whole.pauses["not_joined"]
    assert spring.logged_in + autumn.logged_in + idle == pytest.approx(whole.logged_in)
    assert spring.calls + autumn.calls == whole.calls
    assert set(await of_agents(office, "2025-03-04", campaign="autumn")) == {"1002", "1003"}


async def test_campaigns_add_up_to_the_agents_and_their_outcomes_to_the_attempts(there: tuple[Office, Day]) -> None:
    office, day = there
    agents = await of_agents(office, "2025-03-04")
    async with office.client() as client:
        found = await client.call(stats.CAMPAIGNS, stats.CampaignsOf(since="2025-03-04"))
    assert [one.name for one in found.campaigns] == ["autumn", "spring"]
    out = [row for row in day.rows["attempt"] if row["dialled_at"] is not None]
    for one in (*found.campaigns, found.total):
        mine = [row for row in out if one.name in ("", ["spring", "autumn"][row["campaign_id"] - 1])]
        assert one.attempts == sum(one.outcomes.values()) == len(mine)
        assert one.outcomes == Counter(row["outcome"] for row in mine)
        assert one.calls == sum(row["connected_at"] is not None for row in mine)
        assert one.abandoned == one.outcomes.get("abandoned", 0)
        assert one.abandon_rate == pytest.approx(100 * one.abandoned / one.answered)
    assert found.total.calls == sum(one.calls for one in agents.values())
    idle = sum(one.pauses.get("not_joined", 0) for one in agents.values())
    assert found.total.logged_in == pytest.approx(sum(one.logged_in for one in agents.values()) - idle)


async def test_hours_add_up_to_the_whole(there: tuple[Office, Day]) -> None:
    office, _day = there
    agents = await of_agents(office, "2025-03-04")
    async with office.client() as client:
        found = (await client.call(stats.HOURS, stats.HoursOf(since="2025-03-04"))).hours
        of_anna = (await client.call(stats.HOURS, stats.HoursOf(since="2025-03-04", agent="1001"))).hours
        of_spring = (await client.call(stats.HOURS, stats.HoursOf(since="2025-03-04", campaign="spring"))).hours
        campaigns = await client.call(stats.CAMPAIGNS, stats.CampaignsOf(since="2025-03-04"))
    assert len(found) == 24
    assert [hour.at.astimezone(WARSAW).hour for hour in found if hour.logged_in] == [10, 11]
    for name in ("logged_in", "ready", "reserved", "talk", "wrap_up", "pause_total", "calls", "successes"):
        assert sum(getattr(hour, name) for hour in found) == pytest.approx(
            sum(getattr(one, name) for one in agents.values())
        )
        assert sum(getattr(hour, name) for hour in of_anna) == pytest.approx(getattr(agents["1001"], name))
    for name in ("attempts", "answered", "abandoned"):
        assert sum(getattr(hour, name) for hour in found) == getattr(campaigns.total, name)
        assert sum(getattr(hour, name) for hour in of_spring) == getattr(campaigns.campaigns[1], name)
        assert {getattr(hour, name) for hour in of_anna} == {None}


async def test_a_range_cuts_states_where_it_ends(tmp_path: Path) -> None:
    """Cut at any moment, in the middle of talks, pauses, restarts: the parts add up, and nobody is in two states."""
    day = lay(tmp_path / "store.db", BEGIN)
    moments = [day.begin + (day.end - day.begin) * index / 37 for index in range(38)]
    async with Database.open(tmp_path / "store.db") as database, database.read() as conn:
        whole = await work.times(conn, day.begin, day.end)
        parts = [await work.times(conn, begin, end) for begin, end in itertools.pairwise(moments)]
    by_state: dict[tuple[int, AgentState, str], float] = defaultdict(float)
    for part, (begin, end) in zip(parts, itertools.pairwise(moments), strict=True):
        for agent_id in day.spans:
            spent = sum(item.seconds for item in part if item.agent_id == agent_id)
            assert spent <= (end - begin).total_seconds() + 1e-6
        for item in part:
            by_state[item.agent_id, item.state, item.reason] += item.seconds
    expected: dict[tuple[int, AgentState, str], float] = defaultdict(float)
    for item in whole:
        expected[item.agent_id, item.state, item.reason] += item.seconds
    assert by_state == pytest.approx(expected)


@pytest.mark.parametrize(
    "midnight", [datetime(2025, 3, 4, tzinfo=WARSAW), datetime(2025, 3, 31, tzinfo=WARSAW)], ids=["winter", "summer"]
)
async def test_a_shift_over_midnight_is_of_both_days(tmp_path: Path, midnight: datetime) -> None:
    """Midnight of the call centre's clock, which is another moment of UTC in summer."""
    async with office_of(tmp_path, midnight.astimezone(UTC) - timedelta(seconds=40)) as (office, _day):
        before = (midnight - timedelta(hours=2)).date().isoformat()
        after = midnight.date().isoformat()
        first, second = await of_agents(office, before), await of_agents(office, after)
        both = await of_agents(office, before, after)
    assert set(first) == set(second) == set(both)
    assert first["1001"].logged_in == pytest.approx(40, abs=0.1)
    for login, whole in both.items():
        assert min(first[login].logged_in, second[login].logged_in) > 20
        for name in ("logged_in", "ready", "reserved", "talk", "wrap_up", "pause_total", "calls", "successes"):
            assert getattr(first[login], name) + getattr(second[login], name) == pytest.approx(getattr(whole, name))


async def test_the_hour_that_comes_twice_is_two_hours(tmp_path: Path) -> None:
    """On 26 October 2025 at 3:00 clocks in Warsaw went back to 2:00."""
    back = datetime(2025, 10, 26, 1, 0, tzinfo=UTC)
    async with office_of(tmp_path, back - timedelta(seconds=30)) as (office, _day), office.client() as client:
        found = (await client.call(stats.HOURS, stats.HoursOf(since="2025-10-26"))).hours
        agents = await of_agents(office, "2025-10-26")
    assert len(found) == 25
    worked = [hour for hour in found if hour.logged_in]
    assert [hour.at.astimezone(WARSAW).strftime("%H:%M %z") for hour in worked] == ["02:00 +0200", "02:00 +0100"]
    assert sum(hour.logged_in for hour in worked) == pytest.approx(sum(one.logged_in for one in agents.values()))


async def test_the_agents_own_page_says_the_same(there: tuple[Office, Day]) -> None:
    office, _day = there
    seen = await of_agents(office, "2025-03-04")
    for agent_id, login in ((ANNA, "1001"), (BOB, "1002"), (CECIL, "1003"), (DORA, "1004")):
        own = await statistics.of_days(office.desk, agent_id, BEGIN.date(), BEGIN.date())
        one = seen[login]
        assert (own.logged_in, own.ready, own.talk) == (one.logged_in, one.ready, one.talk)
        saved = {button.name: count for button, count in own.dispositions}
        assert (dict(own.paused), saved) == (one.pauses, one.dispositions)
        assert (own.calls, own.successes) == (one.calls, one.successes)


async def test_a_night_in_which_the_daemon_was_down_is_nobodys_work(tmp_path: Path) -> None:
    """It died while everybody was logged in, and came back the next morning."""
    store = tmp_path / "store.db"
    day = lay(store, BEGIN)
    died = day.rows["daemon_run"][1]["seen_at"]
    async with Database.open(store) as database:
        async with database.write() as conn:
            for query in (
                f"DELETE FROM daemon_run WHERE started_at > {died}",
                f"DELETE FROM agent_state WHERE started_at > {died}",
                f"UPDATE agent_state SET ended_at = NULL WHERE ended_at > {died}",
                f"INSERT INTO daemon_run VALUES (9, {died + 15 * 3600 * 10**6}, {died + 16 * 3600 * 10**6})",
            ):
                await conn.exec_driver_sql(query)
        async with database.read() as conn:
            spent = await work.times(conn, start_of(BEGIN.date(), WARSAW), BEGIN + timedelta(hours=14))
            later = await work.times(conn, BEGIN + timedelta(hours=14), BEGIN + timedelta(hours=16, minutes=5))
    worked = sum(item.seconds for item in spent if item.agent_id == ANNA)
    assert worked == pytest.approx((died - day.rows["agent_state"][0]["started_at"]) / 1e6, abs=0.1)
    assert {round(item.seconds / 60) for item in later} <= {64, 65}, "from the start the next morning on"


async def test_what_is_no_period_is_refused_in_words(there: tuple[Office, Day]) -> None:
    async with there[0].client() as client:
        for since, until, says in (
            ("tody", None, "“tody” is no time: did you mean today?"),
            ("2025-03-04", "2025-03-03", "The end 2025-03-03 comes before 2025-03-04: change one of them."),
            ("2025-03-04", "2027-03-03", "At most 366 days at once: choose fewer."),
        ):
            with pytest.raises(ControlError) as caught:
                await client.call(stats.AGENTS, stats.AgentsOf(since=since, until=until))
            assert str(caught.value) == says


async def test_one_question_is_summed_after_the_other(there: tuple[Office, Day]) -> None:
    """Each takes a core, and calls need another."""
    office, _day = there
    async with office.client() as client, asyncio.TaskGroup() as tasks:
        async with office.desk.counting:
            asked = tasks.create_task(client.call(stats.AGENTS, stats.AgentsOf(since="2025-03-04")))
            async with office.client() as other:
                await other.call(system.STATUS, base.Nothing())  # nothing else waits for it
            assert not asked.done()
        async with asyncio.timeout(60):
            assert (await asked).agents

"""Figures of campaigns and the audit trail, through the real socket, store and engine."""

from datetime import timedelta

import pytest

from minidialer.control.client import Client
from minidialer.control.models import agents, audit, base, campaigns, dispositions, figures, leads, lists, seat, stats
from minidialer.control.sentences import ControlError

from .office import Office, noon

NUMBERS = ("+48600100200", "+48600100201", "+48600100202")


async def set_up(office: Office, client: Client) -> None:
    await client.call(lists.ADD, base.Named(name="Poznań"))
    await office.import_numbers("Poznań", *NUMBERS)
    await client.call(agents.ADD, agents.AgentAdd(login="1001", name="Anna"))
    await client.call(dispositions.ADD, dispositions.DispositionAdd(name="sale", success=True))
    await client.call(campaigns.ADD, campaigns.CampaignAdd(name="Wiosna", lead_list="Poznań", agents=["1001"]))
    await client.call(campaigns.ADD, campaigns.CampaignAdd(name="Empty"))


async def test_figures_follow_a_call(office: Office) -> None:
    async with office.client() as client:
        await set_up(office, client)
        fresh = (await client.call(figures.FIGURES, figures.FiguresOf())).campaigns
        assert [(one.name, one.left.total, one.today.attempts) for one in fresh] == [("Empty", 0, 0), ("Wiosna", 3, 0)]
        office.link_up()
        began = noon()
        await client.call(seat.LOG_IN, seat.Seat(agent="1001"))
        await client.call(seat.JOIN, seat.SeatJoin(agent="1001", campaign="Wiosna"))
        await client.call(campaigns.START, base.Named(name="Wiosna"))
        attempt_id, _agent = await office.connect_customer()
        await office.desk.engine.flushed()
        (live,) = (await client.call(figures.FIGURES, figures.FiguresOf(name="Wiosna"))).campaigns
        counts = (live.today.attempts, live.today.answered, live.today.connected, live.today.abandoned)
        assert counts == (1, 1, 1, 0)
        assert live.today.abandon_rate == 0
        assert live.left == figures.LeadsLeft(fresh=2, total=2)
        await client.call(campaigns.STOP, base.Named(name="Wiosna"))
        office.customer_hangs_up(attempt_id)
        await client.call(seat.SAVE, seat.SeatSave(agent="1001", attempt=attempt_id, disposition="sale"))
        found = await client.call(figures.FIGURES, figures.FiguresOf(name="wiosna"))
        worked = await client.call(stats.AGENTS, stats.AgentsOf())
    (one,) = found.campaigns
    assert [(line.disposition, line.leads) for line in one.dispositions] == [("sale", 1)]
    assert len(one.minutes) == 60
    assert sum(minute.calls for minute in one.minutes[-2:]) == 1, "a minute may have passed"
    assert one.minutes[-1].at + timedelta(minutes=1) > found.at >= one.minutes[-1].at
    (anna,) = worked.agents
    assert (anna.calls, anna.successes, anna.dispositions) == (1, 1, {"sale": 1})
    assert 0 < anna.logged_in < (noon() - began).total_seconds()


async def test_watchers_share_figures_and_see_their_own_changes(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("minidialer.daemon.use_cases.recent.KEPT", 3600)
    of_all = figures.FiguresOf()
    async with office.client() as anna, office.client() as bert:
        await set_up(office, anna)
        first = await anna.call(figures.FIGURES, of_all)
        assert await bert.call(figures.FIGURES, of_all) == first
        assert len((await bert.call(figures.FIGURES, figures.FiguresOf(name="Wiosna"))).campaigns) == 1
        await bert.call(campaigns.REMOVE, base.Named(name="Empty"))
        second = await bert.call(figures.FIGURES, of_all)
        assert [one.name for one in second.campaigns] == ["Wiosna"]
        assert await anna.call(figures.FIGURES, of_all) == second
        monkeypatch.setattr("minidialer.daemon.use_cases.recent.KEPT", 0)
        assert (await anna.call(figures.FIGURES, of_all)).at > second.at


async def test_exhausted_leads_are_not_left(office: Office) -> None:
    async with office.client() as client:
        await set_up(office, client)
        await client.call(campaigns.SET, campaigns.CampaignSet(name="Wiosna", settings={"max_retries": 1}))
        async with office.desk.database.write() as conn:
            for query in (
                "UPDATE lead SET state = 'retry', attempts = 2 WHERE id = 1",
                "UPDATE lead SET state = 'retry', attempts = 1 WHERE id = 2",
                "UPDATE lead SET do_not_call = 1 WHERE id = 3",
            ):
                await conn.exec_driver_sql(query)
        (one,) = (await client.call(figures.FIGURES, figures.FiguresOf(name="Wiosna"))).campaigns
        assert (one.exhausted, one.left) == (1, figures.LeadsLeft(retry=1, total=1))
        await client.call(leads.RESET, leads.LeadsReset(lead_list="Poznań"))
        (again,) = (await client.call(figures.FIGURES, figures.FiguresOf(name="Wiosna"))).campaigns
        assert (again.exhausted, again.left.total) == (0, 2)


async def test_the_trail_is_read_page_by_page(office: Office) -> None:
    async with office.client() as client:
        for number in range(1, 6):
            await client.call(agents.ADD, agents.AgentAdd(login=f"100{number}"))
        await client.call(agents.SET, agents.AgentSet(login="1003", name="Ala"))
        first = await client.call(audit.LIST, audit.AuditPage(limit=4))
        rest = await client.call(audit.LIST, audit.AuditPage(limit=4, after=first.next))
    assert [line.subject for line in (*first.lines, *rest.lines)] == ["1003", "1005", "1004", "1003", "1002", "1001"]
    assert rest.next is None
    newest = first.lines[0]
    assert (newest.action, newest.before, newest.after) == ("agent.set", {"name": ""}, {"name": "Ala"})
    assert newest.actor
    assert newest.uid is not None


@pytest.mark.parametrize(
    ("asked", "subjects"),
    [
        ({"action": "agent"}, ["1001", "1001"]),
        ({"action": "agent.add"}, ["1001"]),
        ({"action": "agent.a"}, []),
        ({"subject": "ozna"}, ["Poznań"]),
        ({"subject": "%"}, []),
        ({"actor": "nobody else"}, []),
        ({"since": "today"}, ["1001", "Poznań", "1001"]),
        ({"until": "yesterday"}, []),
        ({"since": "2025-01-01", "until": "yesterday"}, []),
    ],
)
async def test_lines_of_a_kind(office: Office, asked: dict[str, str], subjects: list[str]) -> None:
    async with office.client() as client:
        await client.call(agents.ADD, agents.AgentAdd(login="1001"))
        await client.call(lists.ADD, base.Named(name="Poznań"))
        await client.call(agents.SET, agents.AgentSet(login="1001", name="Ala"))
        found = await client.call(audit.LIST, audit.AuditPage.model_validate(asked))
    assert [line.subject for line in found.lines] == subjects


async def test_a_time_that_is_none_is_refused(office: Office) -> None:
    async with office.client() as client:
        with pytest.raises(ControlError, match="did you mean this-week"):
            await client.call(audit.LIST, audit.AuditPage(since="thisweek"))
        with pytest.raises(ControlError, match="has not begun"):
            tomorrow = (noon() + timedelta(days=2)).date().isoformat()
            await client.call(stats.HOURS, stats.HoursOf(since=tomorrow))
        with pytest.raises(ControlError, match="There is no campaign “Wiosn”"):
            await client.call(figures.FIGURES, figures.FiguresOf(name="Wiosn"))
        with pytest.raises(ControlError, match="There is no agent “7”"):
            await client.call(stats.HOURS, stats.HoursOf(agent="7"))
        with pytest.raises(ControlError, match="At most 31 days"):
            await client.call(stats.HOURS, stats.HoursOf(since="2025-01-01", until="2025-02-15"))

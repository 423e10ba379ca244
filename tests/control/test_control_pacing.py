"""Pacing through the socket, and over a restart of the daemon."""

import pytest

from minidialer.cli.pacing import state_of
from minidialer.control.models import base, campaigns, pacing, system, watch
from minidialer.control.sentences import ControlError
from minidialer.daemon import advice, pacing_keeper
from minidialer.domain.floor import Floor
from minidialer.domain.pacing.observation import Abandoned
from minidialer.domain.pacing.spending import Plan
from minidialer.store.floor import load_floor

from .office import Office, noon, until
from .test_control_seat import open_shop

WIOSNA = base.Named(name="Wiosna")
WIOSNA_ADVICE = pacing.AdviceOf(name="Wiosna")


async def test_the_account_what_was_learned_and_the_decision_are_shown(office: Office) -> None:
    async with office.client() as client:
        await open_shop(office, client, pacing_mode="predictive")
        attempt, _agent = await office.connect_customer()
        office.customer_hangs_up(attempt)
        await until(lambda: not office.floor.attempts)
        seen = await client.call(pacing.SHOW, WIOSNA)
    assert (seen.campaign, seen.mode) == ("Wiosna", "predictive")
    assert (seen.budget.target, seen.budget.empty, seen.budget.exceeded) == (3.0, True, False)
    assert (seen.budget.room, seen.budget.credit) == (0.0, 0.0)
    assert (seen.budget.today.answered, seen.budget.today.abandoned, seen.budget.today.spent) == (1, 0, 0)
    assert seen.budget.window == seen.budget.today
    assert seen.learned.answers == 1
    assert seen.explanation is not None
    assert seen.explanation.limit == "learning"
    assert (seen.explanation.soon_free, seen.explanation.risk) == (None, None)
    assert "too few calls were seen lately" in seen.decision.text


async def test_without_looking_ahead_there_is_a_reason_and_no_explanation(office: Office) -> None:
    async with office.client() as client:
        await open_shop(office, client, pacing_mode="power", overdial_percent=100)
        await office.connect_customer()
        seen = await client.call(pacing.SHOW, WIOSNA)
        assert seen.explanation is None
        assert "ready × (1+100 %)" in seen.decision.text
        await client.call(campaigns.STOP, WIOSNA)
        assert (await client.call(pacing.SHOW, WIOSNA)).decision.text == "stopped"


@pytest.mark.parametrize(
    ("mode", "said"),
    [
        ("power", "exceeded: more were lost than may be"),
        ("progressive", "exceeded: more were lost than may be"),
        ("predictive", "empty: one call for each ready agent"),
    ],
)
async def test_only_the_mode_that_looks_ahead_dials_one_to_one_when_more_was_lost(
    office: Office, mode: str, said: str
) -> None:
    async with office.client() as client:
        await open_shop(office, client, pacing_mode=mode, overdial_percent=100)
        office.floor.run(1).pacing.observe(Abandoned(2.0), noon())
        budget = (await client.call(pacing.SHOW, WIOSNA)).budget
    assert (budget.room, budget.exceeded, budget.empty) == (-1.0, True, mode == "predictive")
    assert state_of(budget) == said


async def test_what_may_be_lost_in_all_is_told_with_what_is_not_earned_yet(office: Office) -> None:
    """An account that is overdrawn and yet open says why."""
    async with office.client() as client:
        await open_shop(office, client, pacing_mode="predictive")
        await client.call(campaigns.STOP, WIOSNA)  # it decides no more, so the plan stays
        run = office.floor.run(1)
        run.pacing.predictive.plan = Plan(room=3.5, credit=4.5, bursts=1.0, rate=0.03, admitted=0.02)
        run.pacing.observe(Abandoned(2.0), noon())
        budget = (await client.call(pacing.SHOW, WIOSNA)).budget
        metrics = (await client.call(system.METRICS, base.Nothing())).text
    assert budget.today.left < 0
    assert (budget.credit, budget.room, budget.empty, budget.exceeded) == (4.5, 3.5, False, False)
    assert state_of(budget) == "open: 3.5 may be lost, 4.5 of them not earned yet"
    assert 'minidialer_abandon_budget_credit{campaign="Wiosna"} 4.5\n' in metrics
    assert 'minidialer_abandon_budget_room{campaign="Wiosna"} 3.' in metrics


async def restarted(office: Office) -> Floor:
    """The floor as the next daemon finds it."""
    async with office.desk.database.read() as conn:
        loaded = Floor(*await load_floor(conn), trunks=office.desk.trunks)
        await pacing_keeper.load(conn, loaded, noon())
    return loaded


async def test_the_account_is_exact_after_a_restart_whenever_it_was_stored(office: Office) -> None:
    keeper = pacing_keeper.PacingKeeper(office.floor, office.desk.database)
    async with office.client() as client:
        await open_shop(office, client, pacing_mode="predictive")
        attempt, _agent = await office.connect_customer()
        await office.desk.engine.flushed()
        unstored = (await restarted(office)).run(1).pacing.predictive
        assert unstored.budget.today.answered == 1
        await keeper.save(noon())
        office.customer_hangs_up(attempt)
        await until(lambda: not office.floor.attempts)
        await office.desk.engine.flushed()
        stored = (await restarted(office)).run(1).pacing.predictive
        assert (stored.budget.today.answered, stored.budget.window.answered) == (1, 1)
        assert stored.model.answers.seen == 1


async def test_who_watches_sees_the_budget_in_the_mode_that_looks_ahead(office: Office) -> None:
    async with office.client() as client:
        await open_shop(office, client, pacing_mode="predictive")
        await office.connect_customer()
        seen = await client.call(pacing.SHOW, WIOSNA)
        panel = (await client.call(watch.SUBSCRIBE, watch.WatchSubscribe(campaign="Wiosna"))).campaigns[0]
        assert (panel.budget, panel.explanation) == (seen.budget, seen.explanation)
        await client.call(campaigns.SET, campaigns.CampaignSet(name="Wiosna", settings={"pacing_mode": "power"}))
        panel = (await client.call(watch.SUBSCRIBE, watch.WatchSubscribe(campaign="Wiosna"))).campaigns[0]
        assert (panel.budget, panel.explanation) == (None, None)


# -- advice -------------------------------------------------------------------------------------------------------


@pytest.mark.timeout(300)  # days are simulated
async def test_advice_says_what_each_mode_would_give(office: Office) -> None:
    async with office.client() as client:
        await open_shop(office, client, overdial_percent=50)
        found = await client.call(pacing.ADVICE, pacing.AdviceOf(name="Wiosna", agents=20))
        again = await client.call(pacing.ADVICE, pacing.AdviceOf(name="Wiosna", agents=20))
    assert again == found
    assert (found.agents, found.team, found.hours) == (20, "given", 2.0)
    assert found.assumed == ["answer_rate", "ring_seconds", "talk_seconds", "wrap_up_seconds"]
    assert found.learned.answer_rate == 30
    assert [(row.mode, row.overdial_percent) for row in found.rows] == [
        ("progressive", 0), ("power", 50), ("predictive", 50),
    ]  # fmt: skip
    one_to_one, fixed, ahead = found.rows
    assert one_to_one.abandoned == 0
    assert one_to_one.utilisation < fixed.utilisation < ahead.utilisation < 100
    assert one_to_one.wait_seconds > ahead.wait_seconds > 0


@pytest.mark.timeout(300)  # days are simulated
async def test_advice_is_for_those_who_are_there_and_keeps_to_the_limits(office: Office) -> None:
    async with office.client() as client:
        await open_shop(office, client, max_attempts_per_5s=1, calling_window="mon-sun 0:00-24:00")
        found = await client.call(pacing.ADVICE, WIOSNA_ADVICE)
        assert (found.agents, found.team) == (1, "joined")
        assert all(row.attempts <= 8 * 3600 / 5 + 1 for row in found.rows)
        assert found.rows[1].overdial_percent == 100
        await client.call(campaigns.ADD, campaigns.CampaignAdd(name="Pusta"))
        with pytest.raises(ControlError, match="Nobody is assigned"):
            await client.call(pacing.ADVICE, pacing.AdviceOf(name="Pusta"))


async def test_a_simulation_that_dies_is_told_each_time(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(advice, "_MODULE", "minidialer.simulation.no_such_module")
    async with office.client() as client:
        await open_shop(office, client)
        for _ in range(2):
            with pytest.raises(ControlError, match="did not come to its end"):
                await client.call(pacing.ADVICE, WIOSNA_ADVICE)

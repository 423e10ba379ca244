"""Pacing through the socket, and over a restart of the daemon."""

from minidialer.control.models import base, campaigns, pacing
from minidialer.daemon import pacing_keeper
from minidialer.domain.floor import Floor
from minidialer.store.floor import load_floor

from .office import Office, now, until
from .test_control_seat import open_shop

WIOSNA = base.Named(name="Wiosna")


async def test_the_account_what_was_learned_and_the_decision_are_shown(office: Office) -> None:
    async with office.client() as client:
        await open_shop(office, client, pacing_mode="predictive")
        attempt, _agent = await office.connect_customer()
        office.customer_hangs_up(attempt)
        await until(lambda: not office.floor.attempts)
        seen = await client.call(pacing.SHOW, WIOSNA)
    assert (seen.campaign, seen.mode) == ("Wiosna", "predictive")
    assert (seen.budget.target, seen.budget.empty) == (3.0, True)
    assert (seen.budget.today.answered, seen.budget.today.abandoned, seen.budget.today.spent) == (1, 0, 0)
    assert seen.budget.window == seen.budget.today
    assert seen.learned.answers == 1
    assert seen.explanation is not None
    assert seen.explanation.limit == "learning"
    assert "too few calls were seen yet" in seen.decision.text


async def test_without_looking_ahead_there_is_a_reason_and_no_explanation(office: Office) -> None:
    async with office.client() as client:
        await open_shop(office, client, pacing_mode="power", overdial_percent=100)
        await office.connect_customer()
        seen = await client.call(pacing.SHOW, WIOSNA)
        assert seen.explanation is None
        assert "ready × (1+100 %)" in seen.decision.text
        await client.call(campaigns.STOP, WIOSNA)
        assert (await client.call(pacing.SHOW, WIOSNA)).decision.text == "stopped"


async def restarted(office: Office) -> Floor:
    """The floor as the next daemon finds it."""
    async with office.desk.database.read() as conn:
        loaded = Floor(*await load_floor(conn), trunks=office.desk.trunks)
        await pacing_keeper.load(conn, loaded, now())
    return loaded


async def test_the_account_is_exact_after_a_restart_whenever_it_was_stored(office: Office) -> None:
    keeper = pacing_keeper.PacingKeeper(office.floor, office.desk.database)
    async with office.client() as client:
        await open_shop(office, client, pacing_mode="predictive")
        attempt, _agent = await office.connect_customer()
        await office.desk.engine.flushed()
        unstored = (await restarted(office)).run(1).pacing.predictive
        assert unstored.budget.today.answered == 1
        await keeper.save(now())
        office.customer_hangs_up(attempt)
        await until(lambda: not office.floor.attempts)
        await office.desk.engine.flushed()
        stored = (await restarted(office)).run(1).pacing.predictive
        assert (stored.budget.today.answered, stored.budget.window.answered) == (1, 1)
        assert stored.model.answers.seen == 1

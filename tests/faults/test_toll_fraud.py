"""Nobody makes the dialer call what it should not: abroad, at a premium, or more by hand than a person can."""

from datetime import timedelta
from pathlib import Path

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minidialer.control.models import leads
from minidialer.domain.commands import CallCustomer, CallPhone, Claim
from minidialer.domain.events import AttemptsClaimed, CustomerGone, PhoneGone, PhoneIdle, Pick
from minidialer.domain.lead import LeadState
from minidialer.domain.sentence import RefusedError
from minidialer.domain.tolls import Toll
from minidialer.importing.preview import preview
from minidialer.importing.reader import ImportOptions, Reason, Rejected, Row, open_source
from minidialer.importing.tolls import kind_in, tolls
from minidialer.store import attempts
from tests.control.office import now
from tests.daemon.pages.desk_of_pages import Shop, open_shop
from tests.domain.trace import Scene

OWN, ABROAD, PREMIUM = "+48600100200", "+881612345678", "+48703123456"


@pytest.mark.parametrize(
    ("region", "number", "toll"),
    [
        ("PL", "+48600100200", Toll.OWN),
        ("PL", "+48221234567", Toll.OWN),
        ("PL", "+48390001234", Toll.OWN),  # telephony over the internet
        ("PL", "+48800100100", Toll.OWN),  # free for the caller
        ("PL", "+48700123456", Toll.PREMIUM),
        ("PL", "+48708123456", Toll.PREMIUM),
        ("PL", "+48709123456", Toll.PREMIUM),  # not given out yet; the range is of services at a premium
        ("PL", "+48801100200", Toll.PREMIUM),
        ("PL", "+48804100200", Toll.PREMIUM),
        ("PL", "+48641234567", Toll.PREMIUM),  # a pager
        ("PL", "+4930123456", Toll.FOREIGN),
        ("PL", "+447010123456", Toll.PREMIUM),  # a personal number
        ("PL", "+447640123456", Toll.PREMIUM),  # a pager
        ("PL", "+447400123456", Toll.FOREIGN),  # a mobile
        ("GB", "+447010123456", Toll.PREMIUM),
        ("GB", "+443061234567", Toll.OWN),  # a company, at the price of any other
        ("PL", "+881612345678", Toll.FOREIGN),  # a satellite
        ("PL", "+979123456789", Toll.PREMIUM),  # premium of no country
        ("PL", "+499001234567", Toll.PREMIUM),
        ("PL", "+99", Toll.FOREIGN),
        ("DE", "+48703123456", Toll.PREMIUM),
        ("DE", "+48600100200", Toll.FOREIGN),
        ("DE", "+4930123456", Toll.OWN),
        ("US", "+12025550143", Toll.OWN),
        ("US", "+18765550143", Toll.FOREIGN),  # Jamaica: the same country code, not the same price
        ("US", "+19005551234", Toll.PREMIUM),
    ],
)
def test_what_a_number_is(region: str, number: str, toll: Toll) -> None:
    assert kind_in(region)(number) is toll


@given(st.from_regex(r"\A\+48[1-9][0-9]{8}\Z"))
def test_what_phonenumbers_takes_for_a_premium_is_one_here(number: str) -> None:
    kind = phonenumbers.number_type(phonenumbers.parse(number))
    types = phonenumbers.PhoneNumberType
    if kind in (types.PREMIUM_RATE, types.SHARED_COST, types.PERSONAL_NUMBER, types.PAGER):
        assert kind_in("PL")(number) is Toll.PREMIUM


def test_what_the_settings_allow() -> None:
    rules = tolls("pl", ["+49", "+44"], ["+48801"])
    allowed = [OWN, "+4930123456", "+442079460958", "+48801100200"]
    assert [rules.refusal(number) for number in allowed] == [None] * 4
    assert rules.refusal("+33123456789") is Toll.FOREIGN
    assert rules.refusal("+499001234567") is Toll.PREMIUM  # a country is not its premium
    assert rules.refusal("+48804100200") is Toll.PREMIUM
    assert rules.refusal("+447010123456") is Toll.PREMIUM


def test_an_import_rejects_what_would_not_be_dialled(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("telefon\n600100200\n+49 30 123456\n703123456\n801100200\n+44 20 7946 0958\n")
    with open_source(path, ImportOptions(tolls=tolls("PL", ["+44"], ["+48703"]))) as source:
        assert list(source) == [
            Row(2, OWN, {}),
            Rejected(3, "+49 30 123456", Reason.FOREIGN),
            Row(4, PREMIUM, {}),
            Rejected(5, "801100200", Reason.PREMIUM),
            Row(6, "+442079460958", {}),
        ]
    shown = preview(path, "list.csv", ImportOptions(tolls=tolls("PL")))
    assert [row.number for row in shown.rows] == [OWN, None, None, None, None]
    assert shown.rows[1].reason is not None
    assert "foreign_prefixes" in shown.rows[1].reason.template


async def test_the_dialer_calls_no_number_it_may_not(tmp_path: Path) -> None:
    async with open_shop(tmp_path, (ABROAD, PREMIUM, OWN)) as shop:
        token = await shop.sign_in()
        await shop.services.join(token, shop.campaign_id())
        call = await shop.office.next_command(CallCustomer)
        assert call.number == OWN
        for number, why in ((ABROAD, "numbers abroad"), (PREMIUM, "premium-rate numbers")):
            (line,) = await history(shop, number)
            assert line.outcome == "invalid"
            assert line.detail.startswith(why)
        assert await state(shop, ABROAD) == "closed"
        assert await state(shop, OWN) == "live"
        assert all(not isinstance(command, CallCustomer) for command in shop.office.commands)


async def history(shop: Shop, number: str) -> list[leads.HistoryLine]:
    return (await shop.client.call(leads.HISTORY, leads.LeadsFind(number=number))).lines


async def state(shop: Shop, number: str) -> str:
    (found,) = (await shop.client.call(leads.FIND, leads.LeadsFind(number=number))).leads
    return found.state


async def test_an_agent_cannot_click_to_such_a_number(tmp_path: Path) -> None:
    async with open_shop(tmp_path, (ABROAD,)) as shop:
        token = await shop.sign_in()
        assert await shop.services.take_leads(token, shop.campaign_id(), 1) == 1
        (line,) = (await shop.services.connections(token, "")).lines
        with pytest.raises(RefusedError, match="numbers abroad are not dialled"):
            await shop.services.call(token, line.lead_id, line.campaign_id)
        assert not [command for command in shop.office.commands if isinstance(command, CallPhone)]


async def test_calls_by_hand_are_capped_by_the_hour_also_after_a_restart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_shop(tmp_path, (OWN, "+48600100201")) as shop:
        floor = shop.office.floor
        monkeypatch.setattr(floor, "by_hand_per_hour", 1)
        token = await shop.sign_in()
        await shop.services.take_leads(token, shop.campaign_id(), 2)
        first, second = (await shop.services.connections(token, "")).lines
        post = shop.office.desk.engine.post
        # A phone that is not picked up costs nothing, so it does not count.
        await shop.services.call(token, first.lead_id, first.campaign_id)
        phone = await shop.office.next_command(CallPhone)
        post(PhoneGone(phone.agent_id, phone.leg, 19))
        await shop.office.desk.engine.flushed()
        await shop.services.call(token, first.lead_id, first.campaign_id)
        phone = await shop.office.next_command(CallPhone)
        post(PhoneIdle(phone.agent_id, phone.leg))
        call = await shop.office.next_command(CallCustomer)
        post(CustomerGone(call.attempt_id, 17))
        await shop.office.desk.engine.flushed()
        with pytest.raises(RefusedError, match="1 numbers by hand within an hour"):
            await shop.services.call(token, second.lead_id, second.campaign_id)
        agent_id = shop.agent_id("1001")
        assert floor.by_hand_left(agent_id, now() + timedelta(hours=1))
        async with shop.office.desk.database.read() as conn:
            ((who, at),) = await attempts.by_hand_since(conn, now() - timedelta(hours=1))
            assert who == agent_id
            assert await attempts.by_hand_since(conn, at) == []


async def test_talks_sent_on_to_numbers_are_capped_with_calls_by_hand_also_after_a_restart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_shop(tmp_path, (OWN, "+48600100201", "+48600100202")) as shop:
        desk = shop.office.desk
        monkeypatch.setattr(shop.office.floor, "by_hand_per_hour", 1)
        web = desk.settings.web.model_copy(update={"transfer_extensions": ("200",), "transfer_prefixes": ("+4822",)})
        monkeypatch.setitem(desk.settings.__dict__, "web", web)
        token = await shop.sign_in()
        await shop.talk(token)
        await shop.services.transfer(token, "22 123 45 67")
        anna = shop.office.floor.agents[shop.agent_id("1001")]
        desk.engine.post(PhoneGone(anna.id, anna.phone.leg, 16))
        await shop.save(token)
        await shop.office.connect_customer()
        with pytest.raises(RefusedError, match="1 numbers by hand within an hour"):
            await shop.services.transfer(token, "22 123 45 67")
        await shop.services.transfer(token, "200")  # an extension costs nothing
        await desk.engine.flushed()
        async with desk.database.read() as conn:
            ((who, at),) = await attempts.by_hand_since(conn, now() - timedelta(hours=1))
            assert who == anna.id
            assert await attempts.by_hand_since(conn, at) == []
        transfers = [line for line in await shop.office.audit_lines() if line.action == "talk.transfer"]
        assert [line.after for line in transfers] == [{"target": "200"}, {"target": "+48221234567"}]


def test_a_claim_by_hand_for_such_a_number_ends_without_a_call() -> None:
    """The page refuses first; this is what holds when somebody gets past it."""
    scene = Scene(pacing_mode="manual")
    scene.floor.tolls = tolls("PL")
    scene.play("anna joins | anna ready")
    scene.hold()
    scene.step("anna calls 1")
    (claim_id,) = scene.floor.claims
    pick = Pick(7, 1, PREMIUM, LeadState.FRESH, owner_id=1)
    said = scene.dialer.handle(AttemptsClaimed(claim_id, (pick,)), scene.now)
    assert [type(command).__name__ for command in said] == ["SaveAttempt"]
    assert scene.agent("anna").attempt_id is None


def test_a_claim_that_is_answered_with_such_a_number_calls_nobody() -> None:
    scene = Scene()
    scene.floor.tolls = tolls("PL")
    scene.hold()
    scene.step("anna joins")
    (claim,) = [command for command in scene._held if isinstance(command, Claim)]
    said = scene.dialer.handle(AttemptsClaimed(claim.claim_id, (Pick(7, 1, ABROAD, LeadState.FRESH),)), scene.now)
    assert not [command for command in said if isinstance(command, CallCustomer)]
    assert scene.floor.attempts == {}

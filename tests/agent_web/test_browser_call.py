"""A call in a real browser: the form opens by itself, is filled in by keys or mouse, and is saved."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Browser, Page, expect

from minidialer.domain.disposition import Disposition
from minidialer.domain.sentence import sentence

from .conftest import window
from .site import Site
from .standin import OUTSIDE_WINDOW, StandIn

pytestmark = pytest.mark.asyncio(loop_scope="session")

COUNT_TONES = (
    "window.tones = 0; const Tone = OscillatorNode;"
    "window.OscillatorNode = class extends Tone { constructor(...args) { super(...args); window.tones += 1; } }; 0"
)
# Done by the page itself, which knows when its form opened: half a second later keys are meant for it.
PRESS_AS_IT_OPENS = """() => {
  const opened = new Promise((done) => new MutationObserver((_changes, watcher) => {
    if (document.querySelector("form.call")) { watcher.disconnect(); done(performance.now()); }
  }).observe(document, { childList: true, subtree: true }));
  const press = async () => {
    let times = 0;
    for (const end = await opened + 200; performance.now() < end; times += 1) {
      document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "5", bubbles: true, cancelable: true }));
      await new Promise((done) => setTimeout(done, 10));
    }
    return times;
  };
  window.pressed = press();
  return 0;
}"""


@pytest.fixture
def services(site: Site) -> StandIn:
    return site.services


async def in_call(page: Page, services: StandIn, **form: object) -> int:
    """A customer is connected and the form is there; gives its id."""
    opened = await services.connect(**form)
    await expect(page.locator("form.call")).to_be_visible()
    await page.wait_for_timeout(550)  # the first moments belong to what was being typed elsewhere
    return opened.attempt_id


async def test_the_form_opens_by_itself_wherever_the_agent_is(page: Page, services: StandIn) -> None:
    await page.evaluate(COUNT_TONES)
    await services.ready()
    await page.get_by_role("button", name="Connections").click()
    await services.connect()
    form = page.locator("form.call")
    await expect(form.get_by_role("heading", level=1)).to_have_text("Zażółć Gęśla")
    await expect(form.get_by_role("heading", level=1)).to_be_focused()
    await expect(form.get_by_text("+48 600 100 200")).to_be_visible()
    for name in ("imię", "nazwisko", "miasto"):
        await expect(form.get_by_label(name, exact=True)).to_be_editable()
    await expect(form.get_by_label("miasto")).to_have_value("Łódź")
    await expect(form.get_by_text("A/17/2026", exact=True)).to_be_visible()
    await expect(form.get_by_label("umowa")).to_have_count(0)
    await expect(form.get_by_text("czy rozmawiam z panem Zażółć Gęśla?")).to_be_visible()
    await expect(form.get_by_text("Woli wieczorem.")).to_be_visible()
    await expect(form.locator("[data-at=timer]")).to_have_text(re.compile(r"00:(0[1-9]|[1-5]\d)"))  # it runs
    await expect(page).to_have_title("☎ Zażółć Gęśla – miniDIALER")
    assert await page.evaluate("window.tones") == 2
    await services.ready()
    await expect(form).to_be_hidden()
    await expect(page.get_by_role("heading", name="Connections")).to_be_visible()
    await expect(page).to_have_title("Waiting for a call – miniDIALER")


async def test_keys_choose_and_save(page: Page, services: StandIn) -> None:
    attempt = await in_call(page, services)
    await page.keyboard.press("2")
    await expect(page.get_by_label("zrezygnował")).to_be_checked()
    await page.get_by_label("Notes").click()
    await page.keyboard.type("dzwonić po 15")
    await expect(page.get_by_label("zrezygnował")).to_be_checked()
    await page.keyboard.press("Alt+1")
    await expect(page.get_by_label("sprzedaż")).to_be_checked()
    await expect(page.get_by_label("Notes")).to_be_focused()
    await page.keyboard.press("F8")
    await expect(page.get_by_role("button", name="Hang up")).to_be_hidden()
    await page.keyboard.press("Control+Enter")
    await expect(page.get_by_role("heading", name="Waiting for a call")).to_be_visible()
    assert services.asked("save") == [(attempt, 1, None, "dzwonić po 15", {})]


async def test_what_was_typed_elsewhere_chooses_nothing(page: Page, services: StandIn) -> None:
    await page.evaluate(PRESS_AS_IT_OPENS)
    await services.connect()
    assert await page.evaluate("window.pressed") > 0
    assert await page.locator("form.call input:checked").count() == 0
    await page.wait_for_timeout(550)
    await page.keyboard.press("5")
    await expect(page.locator("form.call input:checked")).to_have_count(1)


async def test_a_date_is_asked_for_exactly_when_it_is_needed(page: Page, services: StandIn) -> None:
    at = datetime(2031, 7, 4, 12, 30, tzinfo=UTC)
    services.warning = OUTSIDE_WINDOW
    attempt = await in_call(page, services, talking=False, suggested_callback=at)
    date, time = page.get_by_label("Date", exact=True), page.get_by_label("Time", exact=True)
    await expect(date).to_be_hidden()
    await page.keyboard.press("3")
    await expect(date).to_have_value("2031-07-04")
    await expect(time).to_have_value("14:30")  # in Warsaw
    await expect(page.get_by_text("That is outside the calling window of Wiosna.")).to_be_visible()
    await page.get_by_role("button", name="+1 week").click()
    await expect(date).to_have_value("2031-07-11")
    await page.keyboard.press("Escape")
    await page.get_by_label("sprzedaż").check()
    await expect(date).to_be_hidden()
    await page.get_by_label("zadzwoń później").check()
    await time.fill("")
    await page.get_by_role("button", name="Save").click()
    await expect(time).to_be_focused()
    assert services.asked("save") == []
    await time.fill("09:05")
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator("form.call")).to_be_hidden()
    assert services.asked("save") == [(attempt, 3, datetime(2031, 7, 11, 7, 5, tzinfo=UTC), "", {})]


async def test_a_form_without_a_choice_is_not_saved(page: Page, services: StandIn) -> None:
    await in_call(page, services)
    await page.keyboard.press("Control+Enter")
    await expect(page.get_by_text("Choose how the call ended, then save.")).to_be_visible()
    await expect(page.get_by_label("sprzedaż")).to_be_focused()
    await page.keyboard.press("1")
    await expect(page.get_by_text("Choose how the call ended, then save.")).to_be_hidden()
    assert services.asked("save") == []


async def test_marks_tell_what_a_disposition_does(page: Page, services: StandIn) -> None:
    await in_call(page, services)
    choices = page.locator("form.call .choices label")
    assert [await choices.nth(index).inner_text() for index in range(5)] == [
        *("1\nsprzedaż", "2\nzrezygnował", "3\nzadzwoń później\nwith a date"),
        *("4\nmój klient\nprivate\nwith a date", "5\nnie dzwonić\nnever again"),
    ]


async def test_buttons_have_their_labels_and_their_own_keys(page: Page, services: StandIn) -> None:
    buttons = [
        Disposition(1, "sale", name_en="Sold", name_pl="sprzedaż", position=1),
        Disposition(2, "hot", key="1", position=2),
        Disposition(3, "cold", name_pl="zimny", position=3),
    ]
    await in_call(page, services, dispositions=buttons)
    choices = page.locator("form.call .choices label")
    assert await choices.all_inner_texts() == ["2\nSold", "1\nhot", "3\ncold"]
    await page.keyboard.press("1")
    await expect(page.get_by_label("hot")).to_be_checked()
    await page.keyboard.press("2")
    await expect(page.get_by_label("Sold")).to_be_checked()


async def test_the_call_is_in_the_agents_hands(page: Page, services: StandIn) -> None:
    await in_call(page, services)
    await page.keyboard.down("F9")
    await expect(page.get_by_role("button", name="Take back")).to_have_attribute("aria-pressed", "true")
    await expect(page.locator("form.call").get_by_text("On hold")).to_be_visible()
    await page.keyboard.down("F9")  # held down, it comes again and again
    await page.keyboard.up("F9")
    await page.get_by_role("button", name="Take back").click()
    await expect(page.get_by_role("button", name="Hold")).to_be_visible()
    await page.locator("summary", has_text="Keypad").click()
    await page.get_by_role("button", name="4", exact=True).click()
    await page.keyboard.press("#")
    await page.keyboard.press("7")
    await services.until(lambda: len(services.asked("send_digit")) == 3, "three keys are sent")
    assert len(services.asked("hold")) == 2
    assert await page.locator("form.call input:checked").count() == 0
    await page.keyboard.press("Escape")
    await expect(page.locator("summary", has_text="Keypad")).to_be_focused()
    await page.locator("summary", has_text="Transfer").click()
    services.refuse["transfer"] = sentence("There is no talk: the call is over.")
    await page.get_by_label("Extension or number").fill("recepcja")
    await page.get_by_role("button", name="Transfer and end my part").click()
    await expect(page.get_by_role("alert").get_by_text("There is no talk: the call is over.")).to_be_visible()
    del services.refuse["transfer"]
    await page.get_by_role("button", name="Transfer and end my part").click()
    await expect(page.locator("form.call").get_by_text("The call is over")).to_be_visible()
    await expect(page.get_by_role("alert")).to_be_hidden()
    assert services.asked("hold") == [(True,), (False,)]
    assert services.asked("send_digit") == [("4",), ("#",), ("7",)]
    assert services.asked("transfer") == [("recepcja",), ("recepcja",)]


async def test_saved_during_the_talk_it_takes_effect_when_the_talk_ends(page: Page, services: StandIn) -> None:
    await in_call(page, services)
    await page.keyboard.press("1")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("Saved. It takes effect when the talk ends.")).to_be_visible()
    await expect(page.get_by_label("Notes")).to_be_disabled()
    await expect(page.get_by_role("button", name="Hang up")).to_be_enabled()
    await services.ready()
    await expect(page.get_by_role("heading", name="Waiting for a call")).to_be_visible()


async def test_after_the_hang_up_the_form_stays_and_says_how_long(page: Page, services: StandIn) -> None:
    ends = datetime.now(UTC) + timedelta(seconds=90)
    await in_call(page, services, wrap_up_ends_at=ends, default_disposition="zrezygnował")
    await page.get_by_label("Notes").fill("x")
    await services.customer_hangs_up()
    await expect(page.locator("form.call").get_by_text("The call is over")).to_be_visible()
    await expect(page.get_by_text(re.compile("Saved by itself in 01:[0-2]"))).to_contain_text("zrezygnował")
    await expect(page.get_by_label("Notes")).to_have_value("x")


async def test_a_refused_save_says_why_and_loses_nothing(page: Page, services: StandIn) -> None:
    attempt = await in_call(page, services, talking=False)
    await page.get_by_label("Notes").fill("ważne")
    await page.keyboard.press("Alt+1")
    services.refuse["save"] = sentence("The store is locked: try again.")
    await page.keyboard.press("Control+Enter")
    await expect(page.get_by_role("alert")).to_contain_text("The store is locked: try again.")
    await expect(page.get_by_label("Notes")).to_have_value("ważne")
    await expect(page.get_by_label("Notes")).to_be_enabled()
    services.refuse.clear()
    await page.keyboard.press("Control+Enter")
    await expect(page.locator("form.call")).to_be_hidden()
    await expect(page.get_by_role("alert")).to_be_hidden()
    assert services.asked("save")[-1] == (attempt, 1, None, "ważne", {})


async def test_the_next_call_has_a_form_of_its_own(page: Page, services: StandIn) -> None:
    await in_call(page, services)
    await page.get_by_label("Notes").fill("about the first")
    await services.connect(attempt_id=7300000000002, name="Drugi Klient", number="+48600100999")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Drugi Klient")
    await expect(page.get_by_label("Notes")).to_have_value("")


async def test_a_form_saved_by_somebody_else_goes_and_what_was_typed_last_stays_in_sight(
    page: Page, services: StandIn
) -> None:
    await in_call(page, services, talking=False)
    await page.get_by_label("Notes").fill("kept")
    await expect(page.get_by_text("Everything typed is kept.")).to_be_visible()
    services.delay = 3.0  # whatever is typed now is still on its way when the form goes
    await page.get_by_label("Notes").fill("kept, and half a sen")
    await services.change(notice=sentence("The form was saved by itself as “{disposition}”.", disposition="nie"))
    await services.ready()
    await expect(page.locator("form.call")).to_be_hidden()
    await expect(page.get_by_text("The form was saved by itself as “nie”.")).to_be_visible()
    await expect(page.get_by_label("This was typed last")).to_have_value("kept, and half a sen")
    await page.get_by_role("button", name="Close", exact=True).click()
    await expect(page.get_by_label("This was typed last")).to_be_hidden()


async def test_a_form_that_goes_with_everything_kept_leaves_nothing(page: Page, services: StandIn) -> None:
    await in_call(page, services, talking=False)
    await page.get_by_label("Notes").fill("kept")
    await expect(page.get_by_text("Everything typed is kept.")).to_be_visible()
    await services.ready()
    await expect(page.locator("form.call")).to_be_hidden()
    await expect(page.get_by_label("This was typed last")).to_be_hidden()


async def test_buttons_a_supervisor_changes_change_under_the_agents_hands(page: Page, services: StandIn) -> None:
    await in_call(page, services)
    await page.keyboard.press("2")
    await page.get_by_label("Notes").fill("typed")
    renamed = Disposition(2, "rezygnuje", position=1)
    added = Disposition(9, "nowy", asks_callback=True, position=2)
    await services.change(form=replace(services.form, dispositions=[renamed, added]))
    choices = page.locator("form.call .choices label")
    await expect(choices).to_have_count(2)
    await expect(page.get_by_label("rezygnuje")).to_be_checked()
    await expect(page.get_by_label("Notes")).to_be_focused()
    await page.keyboard.press("Alt+2")
    await expect(page.get_by_label("Date", exact=True)).to_be_visible()
    await services.change(form=replace(services.form, dispositions=[renamed]))
    await expect(page.get_by_label("Date", exact=True)).to_be_hidden()
    await expect(page.get_by_label("rezygnuje")).not_to_be_checked()
    await page.keyboard.press("Control+Enter")
    await expect(page.get_by_text("Choose how the call ended, then save.")).to_be_visible()
    await expect(page.get_by_label("Notes")).to_have_value("typed")


async def test_the_keyboard_alone_does_a_whole_call(browser: Browser, site: Site) -> None:
    services = site.services
    async with window(browser, site) as page:
        for _ in range(20):
            await page.keyboard.press("Tab")
            if await page.evaluate("document.activeElement.textContent") == "Join":
                break
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", name="Waiting for a call")).to_be_visible()
        await in_call(page, services, talking=True)
        await page.keyboard.press("F8")
        await expect(page.locator("form.call").get_by_text("The call is over")).to_be_visible()
        await page.keyboard.press("3")
        await page.keyboard.press("Tab")
        await expect(page.get_by_label("Date", exact=True)).to_be_focused()
        await page.keyboard.press("Control+Enter")
        await expect(page.get_by_role("heading", name="Waiting for a call")).to_be_visible()
        assert [call[1] for call in services.asked("save")] == [3]

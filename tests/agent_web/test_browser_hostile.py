"""Fields that want to be more than text."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from playwright.async_api import Page, expect

from minidialer.agent_web.services import PastAttempt
from minidialer.domain.disposition import Disposition

from .hostile import HOSTILE
from .site import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_hostile_fields_are_text_and_are_saved_unharmed(page: Page, site: Site) -> None:
    services = site.services
    fields = {f"{text[:150]} {index}": text for index, text in enumerate(HOSTILE)}
    past = PastAttempt(datetime.now(UTC), "answered", HOSTILE[0], HOSTILE[1], HOSTILE[5])
    choice = Disposition(1, HOSTILE[0], position=1)
    opened = await services.connect(
        fields=fields | {"fixed <b>": HOSTILE[1]},
        editable=frozenset(fields),
        name=HOSTILE[1],
        number="+48600100200",
        script=HOSTILE[0],
        history=[past],
        dispositions=[choice],
        notes=HOSTILE[0],
        campaign=HOSTILE[1],
        lead_list=HOSTILE[2],
        talking=False,
        transfer_targets=[HOSTILE[1]],
    )
    await expect(page.get_by_role("heading", level=1)).to_have_text(HOSTILE[1])
    assert await page.locator("form.call :is(script, img, b b)").count() == 0
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    boxes = page.locator("form.call label.field :is(input, textarea)")
    assert [await boxes.nth(index).input_value() for index in range(len(HOSTILE))] == HOSTILE
    await page.get_by_label("Notes").fill("\n".join(HOSTILE))
    await boxes.nth(3).fill(HOSTILE[0])
    await page.keyboard.press("Alt+1")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator("form.call")).to_be_hidden()
    changed = {list(fields)[3]: HOSTILE[0]}  # and nothing that was not touched
    assert services.asked("save") == [(opened.attempt_id, 1, None, "\n".join(HOSTILE), changed)]
    assert "owned" not in await page.title()

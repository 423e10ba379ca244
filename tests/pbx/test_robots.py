"""Robots under a supervisor's orders, as in a demonstration somebody plays with."""

from __future__ import annotations

import asyncio

import pytest
from pydantic import SecretStr

from minidialer.control.models import agents
from minidialer.lab import robots
from minidialer.lab.page_client import PageError

from .site import CAMPAIGN, Site

pytestmark = pytest.mark.pbx
LOGIN, PASSWORD = "1001", "correct horse"


async def ready_robot(here: Site, shifts: asyncio.TaskGroup, *, come_back: bool) -> robots.Robots:
    await here.set_up("+48600100200", pacing_mode="manual")
    await here.client.call(agents.PASSWORD, agents.AgentPassword(login=LOGIN, password=SecretStr(PASSWORD)))
    crew = robots.Robots(here.daemon.page_url, {LOGIN: PASSWORD}, CAMPAIGN, 1, come_back=come_back)
    shifts.create_task(crew.work())
    await here.start()
    await here.until_agent(LOGIN, "ready")
    return crew


async def test_a_robot_that_was_logged_out_comes_back(here: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(robots, "COMES_BACK", 0.5)
    async with asyncio.TaskGroup() as shifts:
        crew = await ready_robot(here, shifts, come_back=True)
        gone = await here.client.call(agents.LOG_OUT, agents.AgentLogOut(login=LOGIN, force=True))
        assert gone.state == "logged_out"
        await here.until_agent(LOGIN, "ready")
        crew.end_shift()
    await here.until_agent(LOGIN, "logged_out")


async def test_in_a_run_without_people_that_is_an_error(here: Site) -> None:
    with pytest.RaisesGroup(PageError, flatten_subgroups=True):
        async with asyncio.TaskGroup() as shifts:
            await ready_robot(here, shifts, come_back=False)
            await here.client.call(agents.LOG_OUT, agents.AgentLogOut(login=LOGIN, force=True))
            await asyncio.sleep(60)

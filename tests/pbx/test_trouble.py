"""A trunk that is not there, a PBX that is not there, a password that is wrong."""

from pathlib import Path

import pytest

from minidialer.control.models import base, campaigns, system
from minidialer.lab import Lab
from minidialer.lab.daemon_process import DaemonProcess

from .site import CAMPAIGN, Site, until

pytestmark = pytest.mark.pbx


class Misconfigured(DaemonProcess):
    """A daemon whose configuration file has one text replaced."""

    def __init__(self, lab: Lab, home: Path, wrong: dict[str, str]) -> None:
        super().__init__(lab, home)
        self._wrong = wrong

    def write_config(self) -> None:
        super().write_config()
        text = self.config.read_text()
        for right, wrong in self._wrong.items():
            assert right in text
            text = text.replace(right, wrong)
        self.config.write_text(text)


async def test_an_unknown_trunk_fails_with_the_cause_and_stops_the_campaign(desk_lab: Lab, tmp_path: Path) -> None:
    async with Misconfigured(desk_lab, tmp_path, {"{number}@carrier": "{number}@nowhere"}) as daemon:
        here = Site(desk_lab, daemon)
        async with here.connected():
            await here.set_up("600100001", "600100002", "600100003", "600100004", max_failures=3)
            await here.join("1001")
            await here.start()

            async def stopped() -> bool:
                shown = await here.client.call(campaigns.SHOW, base.Named(name=CAMPAIGN))
                return shown.status == "stopped"

            await until(stopped)
            shown = await here.client.call(campaigns.SHOW, base.Named(name=CAMPAIGN))
            assert "3 failed attempts in a row" in shown.status_reason
            line = await here.outcome("600100001")
            assert line.outcome == "failed"
            assert line.detail, "the cause is told"
            assert (await here.lead("600100004")).state == "fresh"
            lead = await here.lead("600100001")
            assert (lead.state, lead.attempts) == ("retry", 0), "the number was never tried, so no try is used up"


@pytest.mark.parametrize(
    ("wrong", "told"),
    [("secret", "refused the AMI user"), ("port", "Asterisk at 127.0.0.1")],
)
async def test_a_pbx_that_cannot_be_used_is_told_in_status(
    desk_lab: Lab, tmp_path: Path, wrong: str, told: str
) -> None:
    manager = desk_lab.pbx.manager
    replaced = {manager.secret: "wrong"} if wrong == "secret" else {f"port = {manager.port}": "port = 1"}
    async with Misconfigured(desk_lab, tmp_path, replaced) as daemon:
        here = Site(desk_lab, daemon)
        async with here.connected():

            async def problem() -> bool:
                link = (await here.client.call(system.STATUS, base.Nothing())).link
                return link.problem is not None and told in link.problem.text

            await until(problem)
    log = (tmp_path / "daemon.log").read_text()
    assert log.count(told) == 1, "said once"

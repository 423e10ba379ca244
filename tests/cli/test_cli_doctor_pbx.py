"""Doctor on a real Asterisk: all is well, then one thing after another is not."""

from pathlib import Path

import pytest

from minidialer.daemon.doctor.check import Check, Result
from minidialer.daemon.doctor.examine import examine
from minidialer.domain.campaign import CampaignSettings, HoldAudio
from minidialer.lab import Lab
from minidialer.lab.daemon_process import DaemonProcess
from minidialer.settings import load_settings
from minidialer.store import agents as stored_agents
from minidialer.store import campaigns as stored_campaigns
from minidialer.store.database import Database
from tests.control.office import now

pytestmark = [pytest.mark.pbx, pytest.mark.timeout(180)]


async def examined(config: Path) -> dict[str, list[Check]]:
    found: dict[str, list[Check]] = {}
    for check in await examine(load_settings(config, {})):
        found.setdefault(check.name, []).append(check)
    return found


async def test_doctor_on_a_real_asterisk(tmp_path: Path) -> None:
    async with Lab(phones=2, seed=1, home=tmp_path / "lab") as lab:
        site = DaemonProcess(lab, tmp_path)
        site.write_config()
        async with Database.open(site.store) as db, db.write() as conn:
            for login in lab.pbx.phones:
                await stored_agents.add(conn, login, now())
        well = await examined(site.config)
        results = {name: [check.result for check in checks] for name, checks in well.items()}
        assert results.pop("daemon") == [Result.WARNING]  # it is not running
        assert {result for found in results.values() for result in found} == {Result.OK}, well

        async with Database.open(site.store) as db, db.write() as conn:
            await stored_agents.add(conn, "nobody", now())
            audios = (HoldAudio("no-such-class"), HoldAudio("", "no/such/file"), HoldAudio("", "beep"))
            for number, audio in enumerate(audios):
                await stored_campaigns.add(conn, f"C{number}", now(), settings=CampaignSettings(hold_audio=audio))
        text = site.config.read_text()
        second = '[[trunks]]\nname = "x"\ndial = "PJSIP/{number}@nowhere"\n[[trunks]]'
        site.config.write_text(text.replace("[[trunks]]", second))
        ill = await examined(site.config)
        said = {name: " ".join(str(check.detail) for check in checks if check.failed) for name, checks in ill.items()}
        assert said["agents"] == "no endpoint for nobody"
        assert said["trunk"] == "x: PJSIP/nowhere is INVALID"
        assert said["hold_audio"] == "no/such/file, no-such-class cannot be played"
        assert said["dialplan"] == said["ami"] == said["ami_privileges"] == ""

        site.config.write_text(text.replace("secret = ", 'secret = "wrong"\n# '))
        wrong = await examined(site.config)
        assert "refused the AMI user" in str(wrong["ami"][0].detail)
        assert wrong["dialplan"][0].result is Result.SKIPPED

"""One shift on a real Asterisk in which the call centre is attacked by all means, one after the other.

`minidialer chaos` tries each by itself, and often; here there is one call centre for all of them.
"""

import random
from functools import partial
from pathlib import Path

import pytest

from minidialer.lab.chaos import Context
from minidialer.lab.chaos.call_centre import Plan
from minidialer.lab.chaos.faults import ami_attacked, attacked, daemon_hung, toll_fraud
from minidialer.lab.chaos.shift import Happening, work_through
from minidialer.lab.chaos.watchdog import watchdog
from minidialer.lab.daemon_process import DaemonProcess

pytestmark = pytest.mark.pbx


@pytest.mark.timeout(240)
async def test_whatever_attackers_do(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    told: list[str] = []
    context = Context(tmp_path, 1, random.Random(7), lambda done, what: told.append(what), short=True)
    fraud = toll_fraud.Fraud()
    happenings: list[Happening] = [fraud.happens]  # before passwords are guessed: then nobody is let in for a while
    happenings += [partial(attacked.happens, attack) for _, attack in attacked.ATTACKS.values()]
    happenings += [partial(ami_attacked.happens, said, lossy) for _, said, lossy in ami_attacked.KINDS.values()]
    async with watchdog(tmp_path_factory.mktemp("dog") / "notify", daemon_hung.ALLOWED) as dog:
        happenings += daemon_hung.both(dog)

        def furnish(daemon: DaemonProcess) -> None:
            toll_fraud.furnish(daemon)
            daemon_hung.watched(dog, daemon)

        plan = Plan(leads=350, agents=3, idle=1, proxied=True, furnish=furnish)
        findings = await work_through(context, happenings, plan, check=fraud.check)
    outcome = findings.outcome("all", 1)
    assert outcome.good, "\n".join((*outcome.details, *told[-3:]))

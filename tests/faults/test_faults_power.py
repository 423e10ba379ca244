"""A power cut at any moment leaves a store that opens, with everything in it that was promised."""

import random
from pathlib import Path

from minidialer.lab.chaos import Findings
from minidialer.lab.chaos.faults.power_cut import check, writer
from minidialer.lab.chaos.power import cut

from .trying import assert_harmless


async def test_power_cuts(tmp_path: Path) -> None:
    await assert_harmless("power-cut", tmp_path)


async def test_a_disk_that_lies_is_found_out(tmp_path: Path) -> None:
    """The check has teeth: synced less than was promised, and promises are missing."""
    findings = Findings()
    dice = random.Random(3)
    async with writer(tmp_path) as works:
        for index in range(40):
            copy = await works.stopped_copy(tmp_path / f"cut-{index}")
            promised = works.promised
            cut(copy, promised.salt, promised.frames // 2, dice)
            await check(copy, promised, findings)
            if findings.outcome("lies", 1).lost:
                return
    raise AssertionError("half of the log was torn away and nothing was missed")

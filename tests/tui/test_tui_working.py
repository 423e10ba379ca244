"""What the daemon is long about: looked after while its answer is waited for."""

import asyncio

import pytest

from minidialer.control.sentences import ControlError
from minidialer.tui.widgets import working
from minidialer.tui.widgets.working import Progress

from .harness import LONGEST, until


async def test_how_much_is_done_is_asked_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working, "_ASK_EVERY", 0.001)
    progress, shares = Progress(), iter((0.25, 0.5))

    async def share() -> float:
        return next(shares, 0.75)

    async with asyncio.timeout(LONGEST), working._looking(progress, share):
        await until(lambda: progress.share == 0.75)
    with pytest.raises(ControlError, match="undone already"):
        async with working._looking(progress, share):
            raise ControlError("Import {id} is undone already.", id=3)

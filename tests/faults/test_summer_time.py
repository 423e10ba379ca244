"""Clocks go forward or back while the daemon works: the fault in its short version, and the moments it is about."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from minidialer.domain.calling_window import CallingWindow
from minidialer.lab.chaos.faults.summer_time import CHANGES, NAME, ZONE, Change
from minidialer.lab.errors import LabError
from minidialer.lab.faketime import settable_clock

from .trying import assert_harmless

A_SECOND = timedelta(seconds=1)


@pytest.mark.parametrize("change", CHANGES)
def test_a_window_is_over_at_the_change_or_goes_on(change: Change) -> None:
    at, window = change.at(), CallingWindow.parse(change.window)
    before, after = (at - A_SECOND).astimezone(ZONE), at.astimezone(ZONE)
    assert (before.hour, after.hour) == ((1, 3) if change.forward else (2, 2))
    assert before.dst() != after.dst()
    assert window.is_open(at - A_SECOND, ZONE)
    assert window.is_open(at, ZONE) is not change.closes


@pytest.mark.pbx
@pytest.mark.timeout(600)
async def test_clocks_go_forward_and_the_window_is_over(tmp_path: Path) -> None:
    try:
        await asyncio.to_thread(settable_clock, tmp_path, list[str]().append)
    except LabError as error:  # no network, or no Debian
        pytest.skip(str(error))
    await assert_harmless(NAME, tmp_path)

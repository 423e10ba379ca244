"""The whole examination, in the order in which one thing needs the other."""

import asyncio
from collections.abc import AsyncIterator

from minidialer.settings import Settings

from .asterisk import asterisk_checks
from .check import Check
from .machine import machine_checks
from .pages import pages_checks
from .setup import read_setup


async def examine(settings: Settings) -> list[Check]:
    """Every check, one after another."""
    return [check async for check in _checks(settings)]


async def _checks(settings: Settings) -> AsyncIterator[Check]:
    for check in machine_checks(settings):
        yield check
    for check in await asyncio.to_thread(lambda: list(pages_checks(settings))):
        yield check
    setup, check = await read_setup(settings)
    yield check
    async for check in asterisk_checks(settings, setup):
        yield check

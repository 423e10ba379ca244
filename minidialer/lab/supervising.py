"""What whoever runs a lab does with its daemon, as a supervisor would: import, wait, stop, see everybody off."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from collections.abc import Collection
from pathlib import Path
from typing import Any

from minidialer.control.client import Client
from minidialer.control.models import agents, base, campaigns, system

from .daemon_process import DaemonProcess
from .errors import LabError
from .lab import Lab

log = logging.getLogger(__name__)


async def command(daemon: DaemonProcess, *words: str) -> dict[str, Any]:
    """A command as cron runs it; gives its JSON. Raises LabError with what it said when it fails."""
    process = await asyncio.create_subprocess_exec(
        *(*daemon.prefix, sys.executable, "-m", "minidialer", "--config", str(daemon.config), *words, "--json"),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, errors = await process.communicate()
    if process.returncode != 0:
        raise LabError(f"minidialer {words[0]} failed: {errors.decode(errors='replace').strip()}")
    answer: dict[str, Any] = json.loads(output)
    return answer


async def import_leads(daemon: DaemonProcess, file: Path, lead_list: str, count: int) -> None:
    """The ordinary import, as cron runs it, into a new list. Raises LabError unless it adds so many leads."""
    added = (await command(daemon, "import", str(file), "--list", lead_list, "--create-list"))["added"]
    if added != count:
        raise LabError(f"The import added {added} of {count} leads.")


async def until_linked(client: Client) -> None:
    """Wait until the daemon's link to Asterisk is up. Raises LabError with its own words when it does not come up."""
    status = None
    for _ in range(200):
        status = await client.call(system.STATUS, base.Nothing())
        if status.link.up:
            return
        await asyncio.sleep(0.05)
    problem = status.link.problem.text if status is not None and status.link.problem is not None else ""
    raise LabError(f"The daemon has no link to the Asterisk of the lab: {problem}")


def is_quiet(status: system.Status) -> bool:
    """No call and no form is left."""
    return not status.attempts and not status.agents.keys() & {"reserved", "in_call", "wrap_up"}


async def until_quiet(client: Client) -> None:
    """Wait until no call and no form is left."""
    while True:
        if is_quiet(await client.call(system.STATUS, base.Nothing())):
            return
        await asyncio.sleep(0.25)


async def stop_dialling(client: Client) -> None:
    """Stop every campaign: a supervisor may have added some, and removed ours."""
    for campaign in (await client.call(campaigns.LIST, base.Nothing())).campaigns:
        if campaign.status == "running":
            await client.call(campaigns.STOP, base.Named(name=campaign.name))


async def see_off(client: Client, *, without: Collection[str] = (), force: bool = False) -> None:
    """Log out those who are still there, like the person of the free seat, who may have gone without doing so.

    `force`: their forms are saved with the campaign's default disposition.
    """
    told: set[str] = set()
    while there := {
        agent.login
        for agent in (await client.call(agents.LIST, base.Nothing())).agents
        if agent.state != "logged_out" and agent.login not in without
    }:
        for login in there - told:
            await client.call(agents.LOG_OUT, agents.AgentLogOut(login=login, force=force))
        told |= there
        await asyncio.sleep(0.25)


async def open_channels(lab: Lab) -> int:
    """Channels that are still open a moment after everybody has gone."""
    left = 0
    for _ in range(40):
        left = await lab.pbx.channels() + await lab.carrier.channels()
        if left == 0:
            return 0
        await asyncio.sleep(0.25)
    for asterisk in (lab.pbx, lab.carrier):
        for channel in (await asterisk.rx("core show channels concise")).splitlines():
            log.warning("still open on the %s: %s", asterisk.name, channel, extra={"action": "lab.channels"})
    return left

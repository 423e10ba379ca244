"""The ordinary import of a file of leads, as cron runs it."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

from .daemon_process import DaemonProcess
from .errors import LabError
from .leads_file import write_leads


async def import_leads(daemon: DaemonProcess, file: Path, lead_list: str, count: int, seed: int) -> None:
    """Write the file and import all of it. Raises LabError."""
    write_leads(file, count, seed)
    command = ("--config", str(daemon.config), "import", str(file), "--list", lead_list, "--create-list", "--json")
    process = await asyncio.create_subprocess_exec(
        *(*daemon.prefix, sys.executable, "-m", "minidialer", *command),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, errors = await process.communicate()
    if process.returncode != 0:
        raise LabError(f"The import failed: {errors.decode(errors='replace').strip()}")
    added = json.loads(output)["added"]
    if added != count:
        raise LabError(f"The import added {added} of {count} leads.")

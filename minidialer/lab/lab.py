"""The lab: a PBX and a carrier with phones, both real Asterisks, joined by real SIP and RTP on loopback.

async with Lab(phones=5, seed=1) as lab:
    lab.pbx.manager        # where to log in
    lab.pbx.phones         # ["1001", ...], registered
    lab.carrier.calls()    # the carrier's own record
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import shutil
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

from .carrier import Carrier
from .customer import Mix
from .debian import Progress
from .embedded import Asterisk, ensure_asterisk
from .pbx import Pbx
from .ports import LabPorts

log = logging.getLogger(__name__)

FIRST_PHONE = 1001


class Lab:
    """Starts both Asterisks on entering, ends them on leaving; several labs run side by side.

    `home` keeps logs and the call record and is left in place; without it they are in a folder that is removed at the
    end. `phone_delay` is how many seconds a phone rings before it answers a call without the auto-answer header.
    `progress` is told, from another thread, what happens while Asterisk has to be fetched first.
    """

    def __init__(
        self,
        *,
        phones: int = 5,
        seed: int = 1,
        mix: Mix | None = None,
        phone_delay: float = 1.0,
        home: Path | None = None,
        progress: Progress | None = None,
    ) -> None:
        self._phones = phones
        self._seed = seed
        self._mix = mix or Mix()
        self._phone_delay = phone_delay
        self._given_home = home
        self._progress = progress
        self.home: Path
        self.asterisk: Asterisk
        self.pbx: Pbx
        self.carrier: Carrier
        self._ports: LabPorts | None = None

    async def __aenter__(self) -> Self:
        self.asterisk = await asyncio.to_thread(ensure_asterisk, self._progress)
        self.home = (self._given_home or Path(tempfile.mkdtemp(prefix="minidialer-lab-"))).absolute()
        self._ports = LabPorts.reserve()
        passwords = {str(FIRST_PHONE + line): secrets.token_urlsafe(18) for line in range(self._phones)}
        self.pbx = Pbx(self.asterisk, self.home / "pbx", self._ports, passwords)
        self.carrier = Carrier(
            self.asterisk,
            self.home / "carrier",
            self._ports,
            passwords,
            seed=self._seed,
            mix=self._mix,
            phone_delay=self._phone_delay,
        )
        try:
            async with asyncio.TaskGroup() as starts:
                starts.create_task(self.pbx.up())
                starts.create_task(self.carrier.up())
            await self.pbx.wait_for_endpoints()
        except ExceptionGroup as group:
            await self._close()
            raise group.exceptions[0] from None  # both failing has one cause, the first names it
        except BaseException:
            await self._close()
            raise
        log.info("the lab is up in %s", self.home, extra={"action": "lab.up"})
        return self

    async def start_pbx_again(self) -> None:
        """After `pbx.kill` or `pbx.stop`: start it on the same files and wait until trunk and phones are back."""
        await self.pbx.boot()
        await self.connect_again()

    async def connect_again(self) -> None:
        """After `pbx.boot`: wait until trunk and phones are back."""
        if self._phones:
            await self.carrier.register_phones()
        await self.pbx.wait_for_endpoints()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._close()

    async def _close(self) -> None:
        """Stop both, give the ports back and remove what nobody asked to keep."""
        try:
            await self.carrier.stop()
        finally:
            await self.pbx.stop()
            if self._ports is not None:
                self._ports.release()
            if self._given_home is None:
                shutil.rmtree(self.home, ignore_errors=True)

"""The scripted PBX as a process of its own, so that what it measures does not wait for whoever asks."""

from __future__ import annotations

import asyncio
import secrets
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

from pydantic import TypeAdapter

from minidialer.lab.call_record import CarrierCall, read_call_record
from minidialer.lab.children import ending_with_us
from minidialer.lab.customer import Mix
from minidialer.lab.errors import LabError
from minidialer.lab.pbx import ManagerAccess

from .scripted_pbx import Figures, Script

_SCRIPT, _FIGURES = TypeAdapter(Script), TypeAdapter(Figures)
_LONGEST_LINE = 1 << 26  # bytes: the joins of an hour


class ScriptedProcess:
    """`async with ScriptedProcess(home, seed, mix) as pbx`: `manager` to log in, `figures`, `calls` the call record."""

    def __init__(self, home: Path, seed: int, mix: Mix) -> None:
        self._record = home / "calls.csv"
        self._script = Script(seed, mix, self._record)
        self._process: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()
        self.manager: ManagerAccess

    @property
    def pbx(self) -> Self:
        """It is its own lab: for `DaemonProcess`."""
        return self

    def dial_string(self, number: str) -> str:
        """The channel of a customer."""
        return f"PJSIP/{number}@carrier"

    def calls(self) -> list[CarrierCall]:
        """The calls that have ended."""
        return read_call_record(self._record)

    async def figures(self) -> Figures:
        """What happened since the last time. Raises LabError when it has gone."""
        return _FIGURES.validate_json(await self._ask(b"figures"))

    async def _ask(self, line: bytes) -> bytes:
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            raise LabError("The scripted PBX does not run.")
        async with self._turn:
            process.stdin.write(line + b"\n")
            await process.stdin.drain()
            answer = await process.stdout.readline()
        if not answer:
            raise LabError("The scripted PBX has ended by itself.")
        return answer

    async def __aenter__(self) -> Self:
        self._process = await asyncio.create_subprocess_exec(
            *ending_with_us("TERM"),
            *(sys.executable, "-m", "minidialer.lab.chaos.scripted_pbx"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=_LONGEST_LINE,
            start_new_session=True,
        )
        port = int(await self._ask(_SCRIPT.dump_json(self._script)))
        self.manager = ManagerAccess("127.0.0.1", port, "minidialer", secrets.token_urlsafe(18))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()
            await self._process.wait()

"""Errors of the kernel that a live process meets: strace injects them, and goes away again without a trace."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from .debian import Bundle, Progress
from .errors import LabError
from .program import ensure_program

_BUNDLE = Bundle(
    name="strace",
    packages=("strace",),
    suite="stable",
    megabytes=10,
    way_out="install strace by hand so that `strace` is on PATH",
    error=LabError,
)
_CHANGING = ("pwrite64", "write", "ftruncate", "fallocate", "fdatasync", "fsync")
_ATTACHES = 10.0  # seconds


def ensure_strace(progress: Progress) -> tuple[str, ...]:
    """The command that runs it. Blocks, a minute at most. Raises LabError with the way out."""
    return ensure_program(_BUNDLE, progress)


@contextlib.asynccontextmanager
async def failing_with(strace: Sequence[str], error: str, pid: int, files: Sequence[Path]) -> AsyncIterator[None]:
    """Whatever the process does to change these files fails so ("EROFS"). Raises LabError where nobody may trace."""
    paths = [word for file in files for word in ("-P", str(file.resolve()))]
    tracer = await asyncio.create_subprocess_exec(
        *(*strace, "-f", "-o", "/dev/null", *paths, "-e", f"inject={','.join(_CHANGING)}:error={error}"),
        *("-p", str(pid)),
        stdin=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        assert tracer.stderr is not None  # noqa: S101 — it is a pipe
        async with asyncio.timeout(_ATTACHES):
            said = (await tracer.stderr.readline()).decode(errors="replace").strip()
        if "attached" not in said:
            raise LabError(f"The daemon cannot be traced here: {said}.")
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            tracer.terminate()  # it lets the process go first
        await tracer.communicate()

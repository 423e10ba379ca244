"""A disk of a few megabytes that really gets full: a tmpfs in a mount namespace of its own, without being root."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

from .children import ending_with_us
from .errors import LabError

_MOUNT = 'mount -t tmpfs -o "size=$1,mode=0700" tmpfs "$2" && echo mounted && exec sleep infinity'


class SmallDisk:
    """`folder` is the disk for whoever is started with `prefix`; `seen` is the same for everybody else."""

    def __init__(self, folder: Path, keeper: int) -> None:
        self.folder = folder
        self.prefix = ("nsenter", "-t", str(keeper), "-U", "-m", "--preserve-credentials", "--")
        self.seen = Path(f"/proc/{keeper}/root{folder}")
        self._ballast = self.seen / "ballast"

    def fill(self) -> None:
        """Nothing more fits."""
        block = bytes(1 << 16)
        with contextlib.suppress(OSError), self._ballast.open("ab", buffering=0) as file:
            while file.write(block) == len(block):
                pass
        with contextlib.suppress(OSError), self._ballast.open("ab", buffering=0) as file:
            while file.write(b"\0"):
                pass

    def free(self) -> None:
        """There is room again."""
        self._ballast.unlink(missing_ok=True)

    def keep(self) -> None:
        """Copy what is on it into the ordinary folder of that name, which stays when the disk is gone."""
        shutil.copytree(self.seen, self.folder, dirs_exist_ok=True)


@contextlib.asynccontextmanager
async def small_disk(folder: Path, megabytes: int) -> AsyncIterator[SmallDisk]:
    """Mounted on `folder`, an empty one. Raises LabError where the kernel allows no namespaces to users."""
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    try:
        keeper = await asyncio.create_subprocess_exec(
            *("unshare", "--user", "--map-root-user", "--mount", "--"),
            *ending_with_us("KILL"),
            *("sh", "-c", _MOUNT, "sh", f"{megabytes}m", str(folder)),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
    except FileNotFoundError:
        raise LabError("This machine has no unshare and nsenter: install util-linux.") from None
    try:
        assert keeper.stdout is not None  # noqa: S101 — it is a pipe
        assert keeper.stderr is not None  # noqa: S101 — it is a pipe
        if await keeper.stdout.readline() != b"mounted\n":
            why = (await keeper.stderr.read()).decode(errors="replace").strip()
            raise LabError(f"No small disk can be mounted here: {why}.")
        yield SmallDisk(folder, keeper.pid)
    finally:
        with contextlib.suppress(ProcessLookupError):
            keeper.kill()
        await keeper.wait()

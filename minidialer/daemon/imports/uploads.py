"""Files on their way from clients: kept in a folder of the daemon's alone, within a quota, no longer than needed.

A client is not trusted: what it calls the file is only shown, never a path; it gets no more room than it asked for, all
of them together no more than the quota; who falls asleep halfway gives up the place.
"""

import asyncio
import contextlib
import os
import secrets
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from minidialer.control.models.uploads import MOST_UPLOAD_BYTES
from minidialer.control.sentences import ControlError
from minidialer.importing.cells import cleaned

MOST_OF_A_CLIENT = 4
MOST_BYTES = 4 * MOST_UPLOAD_BYTES  # of all of them
SPARE_BYTES = 256 * 1024 * 1024  # left on the disk for the store
IDLE, LONGEST = 120.0, 3600.0  # seconds: until the next piece; until it is used
SUFFIX, JOURNAL_SUFFIX, REJECTED_SUFFIX = ".upload", ".journal", ".rejected"


@dataclass(slots=True)
class Upload:
    """One file. `owner`: the connection it belongs to."""

    id: str
    owner: int
    file_name: str
    size: int
    path: Path
    began: float
    last: float
    received: int = 0

    @property
    def complete(self) -> bool:
        """All of it is there."""
        return self.received == self.size


class Uploads:
    """The uploads there are. clock: monotonic seconds."""

    def __init__(self, folder: Path, clock: Callable[[], float]) -> None:
        self.folder = folder
        self._clock = clock
        self._present: dict[str, Upload] = {}

    def take_over(self) -> list[Path]:
        """Remove what an earlier daemon left; gives the journals of imports that died with it."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.folder.chmod(0o700)
        for pattern in (f"*{SUFFIX}", f"*{REJECTED_SUFFIX}", f".*{REJECTED_SUFFIX}.*"):  # the last: half written
            for left in self.folder.glob(pattern):
                left.unlink(missing_ok=True)
        return sorted(self.folder.glob(f"*{JOURNAL_SUFFIX}"))

    def begin(self, owner: int, file_name: str, size: int) -> Upload:
        """A place for a file of this size. Raises ControlError (quota, no room)."""
        self._sweep()
        if sum(upload.owner == owner for upload in self._present.values()) >= MOST_OF_A_CLIENT:
            raise ControlError("There are {most} files of yours already: import or leave them.", most=MOST_OF_A_CLIENT)
        self._check_quota(size)
        try:
            promised = sum(upload.size - upload.received for upload in self._present.values())
            self._check_room(promised + size)
            identity = secrets.token_hex(16)
            path = self.folder / f"{identity}{SUFFIX}"
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        except OSError as error:
            raise _failed(error) from error
        shown = cleaned(file_name.replace("\\", "/").rpartition("/")[2])[:200] or "file"
        now = self._clock()
        upload = Upload(identity, owner, shown, size, path, began=now, last=now)
        self._present[identity] = upload
        return upload

    async def add(self, owner: int, identity: str, data: bytes) -> Upload:
        """The next piece. Raises ControlError; a file that is longer than was said, or finds no room, is dropped."""
        upload = self._of(owner, identity)
        if upload.received + len(data) > upload.size:
            self.drop(upload)
            raise ControlError("{file} is longer than was said: send it again.", file=upload.file_name)
        self._check_quota(len(data))
        upload.received += len(data)  # before the write: two clients shall not both take the last room
        upload.last = self._clock()
        try:
            self._check_room(len(data))  # others write to the disk meanwhile
            await asyncio.to_thread(_append, upload.path, data)
        except ControlError:
            self.drop(upload)
            raise
        except OSError as error:
            self.drop(upload)
            raise _failed(error) from error
        return upload

    def whole(self, owner: int, identity: str) -> Upload:
        """The file, all of it there. Raises ControlError."""
        upload = self._of(owner, identity)
        if not upload.complete:
            raise ControlError(
                "Only {received} of the {size} bytes of {file} are there: send the rest.",
                received=upload.received,
                size=upload.size,
                file=upload.file_name,
            )
        upload.last = self._clock()
        return upload

    def drop(self, upload: Upload) -> None:
        """Forget it; its place is free."""
        self._present.pop(upload.id, None)
        with contextlib.suppress(OSError):
            upload.path.unlink(missing_ok=True)

    def forget(self, owner: int) -> None:
        """The client has left."""
        for upload in [upload for upload in self._present.values() if upload.owner == owner]:
            self.drop(upload)

    def _of(self, owner: int, identity: str) -> Upload:
        upload = self._present.get(identity)
        if upload is None or upload.owner != owner:
            raise ControlError("There is no such file: send it again.", code="not_found")
        return upload

    def _check_quota(self, more: int) -> None:
        if sum(upload.received for upload in self._present.values()) + more > MOST_BYTES:
            raise ControlError("Too many files are being imported: wait until they are.", code="no_room")

    def _check_room(self, more: int) -> None:
        if shutil.disk_usage(self.folder).free < more + SPARE_BYTES:
            raise ControlError("There is no room for it on the daemon's disk: free some.", code="no_room")

    def _sweep(self) -> None:
        now = self._clock()
        for upload in list(self._present.values()):
            asleep = not upload.complete and now - upload.last > IDLE
            if asleep or now - (upload.last if upload.complete else upload.began) > LONGEST:
                self.drop(upload)


def _append(path: Path, data: bytes) -> None:
    with path.open("ab") as file:
        file.write(data)


def _failed(error: OSError) -> ControlError:
    return ControlError("The file cannot be kept: {problem}.", problem=error.strerror or str(error))

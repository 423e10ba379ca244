"""Sending a file to the daemon: read with the rights of whoever runs the client, a piece at a time."""

import base64
import contextlib
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from .caller import Caller
from .client import Client
from .models.uploads import CHUNK, CHUNK_BYTES, MOST_UPLOAD_BYTES, UPLOAD, Chunk, Upload, Uploading
from .sentences import ControlError

Progress = Callable[[int, int], None]  # bytes sent, of all


def upload(caller: Caller, path: Path, progress: Progress | None = None) -> Uploading:
    """Send the file over a blocking connection; it goes when that ends. Raises ControlError."""
    with _opened(path) as (file, begin):
        sent = caller.call(UPLOAD, begin)
        for piece in _pieces(file, sent):
            sent = caller.call(CHUNK, piece)
            if progress is not None:
                progress(sent.received, sent.size)
    return _whole(sent)


async def upload_async(client: Client, path: Path, progress: Progress | None = None) -> Uploading:
    """The same over an asynchronous one. A piece is read in well under a millisecond, so no thread is needed."""
    with _opened(path) as (file, begin):
        sent = await client.call(UPLOAD, begin)
        for piece in _pieces(file, sent):
            sent = await client.call(CHUNK, piece)
            if progress is not None:
                progress(sent.received, sent.size)
    return _whole(sent)


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[tuple[BinaryIO, Upload]]:
    """The file and what to say of it. Raises ControlError for what is no file, too big, empty or not readable."""
    try:
        # Not blocking: a pipe without a writer would keep us waiting for ever.
        file = os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb")
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from None
    with file:
        about = os.fstat(file.fileno())
        if not stat.S_ISREG(about.st_mode):
            raise ControlError("{file} is not a file: choose one.", file=path.name)
        if about.st_size == 0:
            raise ControlError("{file} is empty: choose another one.", file=path.name)
        if about.st_size > MOST_UPLOAD_BYTES:
            raise ControlError(
                "{file} has more than {most} MB: import it in several parts.",
                file=path.name,
                most=MOST_UPLOAD_BYTES >> 20,
            )
        name = path.name.encode("utf-8", "replace").decode("utf-8")
        try:
            yield file, Upload(file_name=name, size=about.st_size)
        except OSError as error:
            raise _unreadable(path, error) from None


def _pieces(file: BinaryIO, to: Uploading) -> Iterator[Chunk]:
    left = to.size
    while left > 0 and (data := file.read(min(CHUNK_BYTES, left))):
        left -= len(data)
        yield Chunk(id=to.id, data=base64.b64encode(data).decode("ascii"))


def _whole(sent: Uploading) -> Uploading:
    if sent.received != sent.size:
        raise ControlError("{file} became shorter while it was sent: send it again.", file=sent.file_name)
    return sent


def _unreadable(path: Path, error: Exception) -> ControlError:
    problem = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return ControlError("{file} cannot be read: {problem}.", file=path.name, problem=problem)

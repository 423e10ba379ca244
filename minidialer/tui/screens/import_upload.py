"""A file on its way to the daemon, and there; over a line of its own, for the file goes when the line does."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from minidialer.control.client import Client
from minidialer.control.models.uploads import PREVIEW, Preview, Uploading
from minidialer.control.sentences import ControlError
from minidialer.control.uploading import upload_async

from .import_plan import Plan


class Sent:
    """`hold` sends the file and keeps the line until it is cancelled; `there` waits for the file to be there."""

    def __init__(self, path: Path, progress: Callable[[float], None]) -> None:
        self._path = path
        self._progress = progress
        self._over = asyncio.Event()
        self._problem: ControlError | None = None
        self._client: Client | None = None
        self._upload: Uploading | None = None

    async def hold(self, client: Client) -> None:
        """Until cancelled, or until the file cannot be sent."""
        try:
            async with client:
                self._upload = await upload_async(client, self._path, self._told)
                self._client = client
                self._over.set()
                await asyncio.Event().wait()
        except ControlError as error:
            self._problem = error
        finally:
            self._over.set()

    async def there(self) -> tuple[Client, Uploading]:
        """The line and the file. Raises ControlError."""
        await self._over.wait()
        if self._client is None or self._upload is None:
            raise self._problem or ControlError("The file was not sent: try again.")
        return self._client, self._upload

    async def preview(self, plan: Plan, last: Preview | None) -> Preview:
        """What the daemon makes of it. Raises ControlError."""
        client, sent = await self.there()
        return await client.call(PREVIEW, plan.reading(sent.id, last.columns if last is not None else ()))

    def _told(self, done: int, of: int) -> None:
        self._progress(done / max(of, 1))

"""Files that clients bring: taken, looked at, imported."""

import asyncio
import base64
import binascii

from minidialer.control.models import uploads as models
from minidialer.control.sentences import ControlError
from minidialer.daemon.imports.uploads import Upload
from minidialer.importing.order import Order
from minidialer.store import lists

from .desk import Actor, Desk


async def begin(desk: Desk, actor: Actor, params: models.Upload) -> models.Uploading:
    """A place for a file."""
    return _shown(desk.imports.uploads.begin(actor.client, params.file_name, params.size))


async def chunk(desk: Desk, actor: Actor, params: models.Chunk) -> models.Uploading:
    """The next piece of it."""
    try:
        data = base64.b64decode(params.data, validate=True)
    except (binascii.Error, ValueError):
        raise ControlError("data is not base64: send the piece again.", code="invalid_params") from None
    return _shown(await desk.imports.uploads.add(actor.client, params.id, data))


async def preview(desk: Desk, actor: Actor, params: models.Reading) -> models.Preview:
    """What is made of it."""
    upload = desk.imports.uploads.whole(actor.client, params.id)
    return await desk.imports.preview(_order(desk, upload, params))


async def run(desk: Desk, actor: Actor, params: models.ImportRun) -> models.Job:
    """Import it in the background. Raises NotFoundError when there is no such list and none shall be created."""
    upload = desk.imports.uploads.whole(actor.client, params.id)
    if not params.create_list:
        async with desk.database.read() as conn:
            await lists.find(conn, params.lead_list)
    order = _order(desk, upload, params).model_copy(
        update={
            "lead_list": params.lead_list,
            "create_list": params.create_list,
            "on_duplicate": params.on_duplicate,
            "strict": params.strict,
            "dry_run": params.dry_run,
            "uid": actor.uid,
            "actor": actor.name,
        }
    )
    return desk.imports.start(order, upload).to_model()


async def job(desk: Desk, actor: Actor, params: models.JobKey) -> models.Job:
    """How far it has come."""
    del actor
    return desk.imports.job(params.job).to_model()


async def rejected(desk: Desk, actor: Actor, params: models.RejectedRowsOf) -> models.RejectedRows:
    """A page of them, from the file it left."""
    del actor
    rows, following = await asyncio.to_thread(desk.imports.job(params.job).rejected_page, params.after)
    return models.RejectedRows(rows=rows, next=following)


async def cancel(desk: Desk, actor: Actor, params: models.JobKey) -> models.Job:
    """Stop it."""
    del actor
    return desk.imports.cancel(params.job).to_model()


def _order(desk: Desk, upload: Upload, reading: models.Reading) -> Order:
    changes = reading.model_dump(include={"encoding", "delimiter", "header", "sheet"})
    return desk.imports.order(upload).model_copy(update={**changes, "mapping": tuple(reading.mapping)})


def _shown(upload: Upload) -> models.Uploading:
    return models.Uploading(id=upload.id, file_name=upload.file_name, received=upload.received, size=upload.size)

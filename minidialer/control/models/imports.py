"""Imports that were made."""

from datetime import datetime

from pydantic import Field

from minidialer.control.method import Method

from .base import LARGEST, Nothing, Params, Result


class ImportKey(Params):
    """One import."""

    id: int = Field(ge=1, le=LARGEST)


class Import(Result):
    """One import: the file, the list and its counts."""

    id: int
    lead_list: str
    file: str
    started_at: datetime | None = None
    finished_at: datetime | None = None
    undone_at: datetime | None = None
    read: int = 0
    added: int = 0
    updated: int = 0
    duplicate_in_file: int = 0
    already_in_list: int = 0
    invalid: int = Field(default=0, description="rejected rows")
    rejected_file: str | None = Field(default=None, description="the rejected rows, on the daemon's machine")
    removed: int = Field(default=0, description="leads an undo removed")
    uid: int | None = Field(default=None, description="who imported it")
    by: str = ""


class Imports(Result):
    """All imports, the newest first."""

    imports: list[Import]


class Undone(Result):
    """What an undo removed, and what stays because it was dialled already."""

    id: int
    removed: int
    kept: int
    updated: int = Field(default=0, description="leads of earlier imports whose fields it changed: they stay changed")


LIST = Method("imports.list", Nothing, Imports, "Past imports, the newest first.", reads=True)
UNDO = Method("imports.undo", ImportKey, Undone, "Removes an import's leads that were not dialled yet.", long=True)
METHODS = (LIST, UNDO)

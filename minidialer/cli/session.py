"""What every command needs: the settings, and the daemon to call."""

from __future__ import annotations

import functools
import os
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from minidialer.cli.output import narrate
from minidialer.domain.sentence import RefusedError
from minidialer.i18n import say

if TYPE_CHECKING:
    from pydantic import BaseModel

    from minidialer.control.caller import Caller
    from minidialer.control.method import Method
    from minidialer.settings import Settings

    P = TypeVar("P", bound=BaseModel)
    R = TypeVar("R", bound=BaseModel)

_config: list[Path | None] = [None]


def use_config(path: Path | None) -> None:
    """The configuration file given with --config."""
    _config[0] = path
    settings.cache_clear()


@functools.cache
def settings() -> Settings:
    """The settings, read once; what should be put right about them goes to stderr. Raises SettingsError."""
    from minidialer.settings import load_settings

    loaded = load_settings(_config[0])
    for warning in loaded.warnings:
        narrate(say(warning))
    return loaded


def may_use_store() -> None:
    """A sentence instead of SQLite's words for those who may not open the file. Raises RefusedError."""
    path = settings().store_path
    try:
        closed = path.exists() and not os.access(path, os.R_OK | os.W_OK)
    except PermissionError:
        closed = True
    if closed:
        raise RefusedError(
            "You may not open the store {path}: run this as the daemon's user, or as root.", path=str(path)
        )


def caller() -> Caller:
    """A connection to the daemon, to be used in a `with` block. Raises ControlError."""
    from minidialer.control.caller import Caller

    return Caller(settings().socket_path, name="minidialer")


def call(method: Method[P, R], params: P) -> R:
    """One call. Raises ControlError."""
    with caller() as daemon:
        return daemon.call(method, params)

"""A campaign's settings as the store keeps them: one JSON object with every setting, read back strictly.

One column, because a new setting then needs no migration: a stored campaign that lacks it takes the default. Every
setting is written out, so that a default changed later leaves the campaigns of today as they are. A setting that is
renamed, removed or changes its meaning does need a migration; a key nobody knows is an error, never ignored.
"""

import dataclasses
from typing import Any

import pydantic

from minidialer.domain.campaign import CampaignSettings

from .errors import StoreError

_SETTINGS = pydantic.TypeAdapter(CampaignSettings)
_KNOWN = frozenset(field.name for field in dataclasses.fields(CampaignSettings))


def settings_to_json(settings: CampaignSettings) -> dict[str, Any]:
    """Every setting, by its name."""
    stored = _SETTINGS.dump_python(settings, mode="json")
    if not isinstance(stored, dict):
        raise TypeError(f"The settings of a campaign are an object, not {stored!r}.")
    return stored


def settings_from_json(stored: dict[str, Any], campaign: str) -> CampaignSettings:
    """The settings of this campaign. Raises StoreError, which names campaign and setting, when they do not fit."""
    for name in stored.keys() - _KNOWN:
        raise StoreError(
            "Campaign “{campaign}” is stored with a setting “{setting}” that does not exist: restore a backup.",
            campaign=campaign,
            setting=name,
        )
    try:
        return _SETTINGS.validate_python(stored)
    except pydantic.ValidationError as error:
        first = error.errors()[0]
        raise StoreError(
            "Campaign “{campaign}” is stored with a bad “{setting}” ({problem}): set it again or restore a backup.",
            campaign=campaign,
            setting=".".join(str(part) for part in first["loc"]),
            problem=first["msg"],
        ) from error

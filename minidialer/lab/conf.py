"""Configuration files of the lab's Asterisks, made from templates shipped with the package."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import minidialer

from .errors import LabError

TEMPLATES = Path(__file__).parent / "templates"
_PLACE = re.compile(r"@(\w+)@")


def production_folder() -> Path:
    """The folder a production PBX includes (`asterisk/minidialer` of the checkout, or its copy in the package)."""
    package = Path(minidialer.__file__).parent
    for folder in (package / "asterisk" / "minidialer", package.parent / "asterisk" / "minidialer"):
        if (folder / "extensions.conf").is_file():
            return folder
    raise LabError("The dialplan folder asterisk/minidialer is missing; reinstall minidialer.")


def render(template: str, values: Mapping[str, object]) -> str:
    """Put `values` in the places written `@name@`; a place without a value is an error."""
    return _PLACE.sub(lambda place: str(values[place[1]]), template)


def write_all(folders: list[Path], target: Path, values: Mapping[str, object]) -> None:
    """Render every template of `folders` into `target`; a later folder's file replaces an earlier one of that name."""
    target.mkdir(parents=True, exist_ok=True)
    for folder in folders:
        for template in sorted(folder.glob("*.conf")):
            (target / template.name).write_text(render(template.read_text(), values))

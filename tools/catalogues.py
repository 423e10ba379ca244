"""Bring the gettext catalogues up to the texts of the code, or check that they are.

    .venv/bin/python tools/catalogues.py update|check TEMPLATE FOLDER LANGUAGE...

TEMPLATE is what `pybabel extract` wrote, FOLDER holds LANGUAGE/LC_MESSAGES/minidialer.po.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

SHOWN = 5


def main(action: str, template_file: str, folder: str, *languages: str) -> int:
    """Do it for every language; 1 when a check finds something."""
    template = _read(Path(template_file), None)
    wrong = False
    for language in languages:
        path = Path(folder) / language / "LC_MESSAGES" / "minidialer.po"
        if action == "update":
            _update(path, language, template)
        else:
            found = list(_faults(_read(path, language), template))
            wrong = wrong or bool(found)
            _tell(path, found)
    return int(wrong)


def _read(path: Path, locale: str | None) -> Catalog:
    """The catalogue in a file; an empty one when there is no file yet."""
    if not path.exists():
        return Catalog(locale=locale, domain="minidialer", project="minidialer", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=locale)


def _update(path: Path, language: str, template: Catalog) -> None:
    """Add the new texts, drop those that are gone; guess no translation, because a guess reads like a real one."""
    catalogue = _read(path, language)
    catalogue.update(template, no_fuzzy_matching=True, update_creation_date=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalogue, width=120, ignore_obsolete=True)


def _faults(catalogue: Catalog, template: Catalog) -> Iterator[str]:
    """What keeps a catalogue from being complete and safe to format."""
    for message in template:
        if not message.id:
            continue
        own = catalogue.get(message.id, message.context)
        if own is None or own.fuzzy or not all(_forms(own)):
            yield f"not translated: {_texts(message)[0]!r}"
        elif any(_places(form) - _places(*_texts(message)) for form in _forms(own)):
            yield f"names a value its text has not: {_texts(message)[0]!r}"


def _texts(message: Message) -> tuple[str, ...]:
    """The English text, and its plural when it has one."""
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def _forms(message: Message) -> tuple[str, ...]:
    """The translation, or all its plural forms."""
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ("",))


def _places(*texts: str) -> set[str]:
    """Names of the `{values}` in the texts; a brace that does not close is a name of its own."""
    try:
        return {name for text in texts for _, name, _, _ in Formatter().parse(text) if name is not None}
    except ValueError:
        return {"{"}


def _tell(path: Path, found: list[str]) -> None:
    if found:
        shown = "\n".join(f"  {fault}" for fault in found[:SHOWN])
        print(
            f"{path}: {len(found)} texts to look at; run `make messages` and complete them:\n{shown}", file=sys.stderr
        )


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

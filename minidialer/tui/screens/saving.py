"""Where a file is to be written: asked for, and never written over without asking."""

import re
from pathlib import Path

from minidialer.control.sentences import ControlError
from minidialer.exporting.table import ExportError, check_path
from minidialer.i18n import _
from minidialer.tui.page import Page

_NOT_IN_NAMES = re.compile(r"[^\w .()+-]+")
_LONGEST_STEM = 80


async def ask_path(page: Page, title: str, name: str) -> Path | None:
    """A path that ends in .csv or .xlsx, or None. `name`: what to begin with, in the person's home. In an action."""
    text = _(".xlsx or .csv; it is written on this machine with your own rights.")
    typed = await page.ask(title, text, value=str(Path("~") / file_name(name)), fault=_fault)
    if typed is None:
        return None
    path = _path(typed)
    if _is_there(path) and not await page.confirm(
        _("Replace {file}?").format(file=path.name), _("It is there already."), yes=_("Replace"), danger=True
    ):
        return None
    return path


def file_name(name: str) -> str:
    """The name without what a file's name should not have: separators, control characters, a dot at its beginning."""
    stem, dot, suffix = name.rpartition(".")
    return (_NOT_IN_NAMES.sub("_", stem).strip(" .")[:_LONGEST_STEM] or "minidialer") + dot + suffix


def refusal_of(error: ExportError) -> ControlError:
    """The same sentence, as pages know refusals."""
    refusal = ControlError(error.sentence.template)
    refusal.sentence = error.sentence
    return refusal


def _path(typed: str) -> Path:
    return Path(typed.strip()).expanduser()


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return False  # writing will say what is wrong


def _fault(typed: str) -> ControlError | None:
    try:
        check_path(_path(typed))
    except ExportError as error:
        return refusal_of(error)
    except RuntimeError:  # ~somebody who is not there
        return ControlError("{file}: there is no such home.", file=typed)
    return None

"""From a file on this machine to an import: choose the file, then say how to read it."""

from pathlib import Path

from minidialer.tui.page import Page
from minidialer.tui.places import page_class


async def bring_file(page: Page, lead_list: str | None = None, folder: Path | None = None) -> Path | None:
    """Within an action. Gives the folder the file was chosen from, None when none was."""
    path: Path | None = await page.app.push_screen_wait(page_class("files:FilesPage")(folder))
    if path is None:
        return None
    await page.app.push_screen_wait(page_class("new_import:NewImportPage")(path, lead_list))
    return path.parent

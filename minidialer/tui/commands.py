"""What the command palette finds."""

from textual.command import Hit, Hits
from textual.system_commands import SystemCommandsProvider

from minidialer.i18n import _


class Commands(SystemCommandsProvider):
    """The app's commands. That there is none of the sort is said in the reader's language, which Textual would not."""

    async def search(self, query: str) -> Hits:
        """Those that match, or a line that says that none does."""
        found = False
        async for hit in super().search(query):
            found = True
            yield hit
        if not found:
            yield Hit(1, _("Nothing of that name."), lambda: None, text=query)

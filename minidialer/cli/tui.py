"""`minidialer tui`: the supervisor's terminal."""

import signal
import sys
from typing import TYPE_CHECKING

import typer

from minidialer.cli.errors import UsageError
from minidialer.cli.session import settings

if TYPE_CHECKING:
    from minidialer.tui.app import SupervisorApp


def tui() -> None:
    """Open the supervisor's terminal. Raises UsageError without one, ControlError when the daemon refuses the user."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError("`minidialer tui` needs a terminal: use `minidialer status` or `watch` in scripts.")
    loaded = settings()
    import asyncio

    from minidialer.tui.app import SupervisorApp
    from minidialer.tui.preferences import Preferences, preferences_file

    app = SupervisorApp(
        loaded.socket_path, zone=loaded.zone, preferences=Preferences(preferences_file()), notice=loaded.tui.notice
    )
    asyncio.run(_run(app))
    if app.fatal is not None:
        raise app.fatal
    if app.return_code:
        raise typer.Exit(app.return_code)


async def _run(app: "SupervisorApp") -> None:
    """SIGTERM leaves the terminal as it was, as the person's own leaving does."""
    import asyncio

    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, app.exit)
    await app.run_async()

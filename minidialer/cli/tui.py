"""`minidialer tui`: the supervisor's terminal."""

import sys

from minidialer.cli.errors import UsageError
from minidialer.cli.session import settings


def tui() -> None:
    """Open the supervisor's terminal. Raises UsageError without one, ControlError when the daemon refuses the user."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError("`minidialer tui` needs a terminal: use `minidialer status` or `watch` in scripts.")
    loaded = settings()
    from minidialer.tui.app import SupervisorApp
    from minidialer.tui.preferences import Preferences, preferences_file

    app = SupervisorApp(loaded.socket_path, zone=loaded.zone, preferences=Preferences(preferences_file()))
    app.run()
    if app.fatal is not None:
        raise app.fatal

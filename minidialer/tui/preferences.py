"""What a person chose and should find again: a small file in the user's configuration folder."""

import contextlib
import json
import os
from collections.abc import Mapping
from pathlib import Path


def preferences_file(environ: Mapping[str, str] = os.environ) -> Path:
    """Where it is kept."""
    base = environ.get("XDG_CONFIG_HOME") or "~/.config"
    return Path(base).expanduser() / "minidialer" / "tui.json"


class Preferences:
    """Read once, written when something is chosen; a file that cannot be read or written is done without."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._kept: dict[str, str] = {}
        if path is not None:
            with contextlib.suppress(OSError, ValueError):
                found = json.loads(path.read_text(encoding="utf-8"))
                self._kept = found if isinstance(found, dict) else {}

    @property
    def theme(self) -> str:
        """The name of the theme; empty: none was chosen."""
        return str(self._kept.get("theme", ""))

    def keep_theme(self, name: str) -> None:
        """Keep it for the next time."""
        self._kept["theme"] = name
        if self._path is not None:
            with contextlib.suppress(OSError):
                self._path.parent.mkdir(parents=True, exist_ok=True)
                self._path.write_text(json.dumps(self._kept, indent=2) + "\n", encoding="utf-8")

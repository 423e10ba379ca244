"""The tmux that the supervisor's terminal is tried in."""

from __future__ import annotations

from .debian import Bundle, Progress
from .errors import TmuxUnavailableError
from .program import ensure_program

_BUNDLE = Bundle(
    name="tmux",
    packages=("tmux",),
    suite="stable",
    megabytes=10,
    way_out="install tmux by hand so that `tmux` is on PATH",
    error=TmuxUnavailableError,
)


def ensure_tmux(progress: Progress) -> tuple[str, ...]:
    """The command that runs it. Blocks, a minute at most. Raises TmuxUnavailableError with the way out."""
    return ensure_program(_BUNDLE, progress)

"""What can go wrong in the lab, told so that the reader knows what to do."""

from __future__ import annotations


class LabError(RuntimeError):
    """The lab cannot run; the message is one sentence with the way out."""


class AsteriskUnavailableError(LabError):
    """No Asterisk is installed and none could be fetched."""


class ChromiumUnavailableError(LabError):
    """No Chromium is installed and none could be fetched."""


class TmuxUnavailableError(LabError):
    """No tmux is installed and none could be fetched."""


class AsteriskStartError(LabError):
    """An Asterisk was started and did not come up; the message ends with the tail of its log."""

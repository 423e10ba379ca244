"""The daemon's log on standard error: a line a record, with its action and ids at the end."""

import logging
import os
import sys

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
# Priorities systemd reads at the start of a line, sd-daemon(3).
_PRIORITIES = {logging.CRITICAL: "<2>", logging.ERROR: "<3>", logging.WARNING: "<4>", logging.INFO: "<6>"}


class LineFormatter(logging.Formatter):
    """`extra` values follow the message as key=value; under systemd the journal has the time already."""

    def __init__(self, *, journal: bool) -> None:
        super().__init__("%(message)s" if journal else "%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._journal = journal

    def format(self, record: logging.LogRecord) -> str:
        """The line; a traceback follows on lines of its own."""
        extra = {name: value for name, value in vars(record).items() if name not in _STANDARD}
        first, *more = super().format(record).splitlines() or [""]
        line = " ".join([first, *(f"{name}={value}" for name, value in extra.items())])
        prefix = _PRIORITIES.get(record.levelno, "<7>") if self._journal else ""
        return "\n".join(prefix + part for part in (line, *more))


def configure_log(level: str) -> None:
    """Send everything from this level on to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(LineFormatter(journal="JOURNAL_STREAM" in os.environ))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for noisy in ("sqlalchemy", "aiosqlite", "asyncio", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)

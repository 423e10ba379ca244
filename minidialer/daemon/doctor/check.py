"""One check: what was looked at, how it is, and what to do."""

from dataclasses import dataclass
from enum import StrEnum

from minidialer.domain.sentence import Sentence, sentence


class Result(StrEnum):
    """How it is. skipped: it could not be looked at, because of another failure."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"
    SKIPPED = "skipped"

    @property
    def label(self) -> str:
        """What people read, to be translated."""
        return LABELS[self].template


LABELS = {
    Result.OK: sentence("ok"),
    Result.WARNING: sentence("warning"),
    Result.FAILED: sentence("FAILED"),
    Result.SKIPPED: sentence("skipped"),
}
TITLES = {
    "config": sentence("configuration"),
    "store": sentence("store"),
    "disk": sentence("disk"),
    "backup": sentence("backup"),
    "clock": sentence("clock"),
    "daemon": sentence("daemon"),
    "pages": sentence("agents' pages"),
    "pages_tls": sentence("pages' certificate"),
    "ami": sentence("AMI login"),
    "ami_privileges": sentence("AMI privileges"),
    "dialplan": sentence("dialplan"),
    "listening": sentence("listening in"),
    "hold_audio": sentence("hold audio"),
    "trunk": sentence("trunk"),
    "agents": sentence("agents' phones"),
}


@dataclass(frozen=True, slots=True)
class Check:
    """A result. `name` is stable, for scripts."""

    name: str
    result: Result
    detail: Sentence
    advice: Sentence | None = None

    @property
    def failed(self) -> bool:
        """Must something be done?"""
        return self.result is Result.FAILED

    @property
    def title(self) -> str:
        """What people read for the name, to be translated."""
        return TITLES[self.name].template


def ok(name: str, detail: Sentence) -> Check:
    """It is as it should be."""
    return Check(name, Result.OK, detail)


def failed(name: str, detail: Sentence, advice: Sentence) -> Check:
    """It keeps the dialer from working."""
    return Check(name, Result.FAILED, detail, advice)


def warning(name: str, detail: Sentence, advice: Sentence) -> Check:
    """It works, and should be put right all the same."""
    return Check(name, Result.WARNING, detail, advice)


def skipped(name: str) -> Check:
    """Asterisk could not be asked."""
    return Check(name, Result.SKIPPED, sentence("Asterisk could not be asked"))

"""What is set up in the store: whose phones, which trunks and which hold audio are to be checked."""

from dataclasses import dataclass, field

from minidialer.domain.campaign import HoldAudio
from minidialer.domain.sentence import sentence
from minidialer.settings import Settings
from minidialer.store import agents, campaigns
from minidialer.store.database import Database
from minidialer.store.errors import StoreError

from .check import Check, failed, ok


@dataclass(frozen=True, slots=True)
class Setup:
    """Logins of active agents, and hold audio of campaigns."""

    logins: tuple[str, ...] = ()
    hold_audio: frozenset[HoldAudio] = field(default_factory=lambda: frozenset({HoldAudio()}))


async def read_setup(settings: Settings) -> tuple[Setup, Check]:
    """Read it from the store, whether the daemon runs or not."""
    path = settings.store_path
    try:
        if not path.exists():
            return Setup(), ok("store", sentence("{file} is made at the first start", file=path))
        async with Database.open(path) as database, database.read() as conn:
            logins = tuple(agent.login for agent in await agents.every(conn) if agent.active)
            stored = await campaigns.every(conn)
            problems = await database.problems()
    except (StoreError, OSError) as error:
        said = error.sentence if isinstance(error, StoreError) else sentence("{problem}", problem=error)
        return Setup(), failed("store", said, sentence("Run doctor as the daemon's user."))
    if problems:
        detail = sentence("{file} is damaged: {problem}", file=path, problem=problems[0])
        return Setup(), failed("store", detail, sentence("Stop the daemon and restore the newest backup."))
    audio = frozenset(campaign.settings.hold_audio for campaign in stored) or Setup().hold_audio
    return Setup(logins, audio), ok(
        "store",
        sentence("{campaigns} campaigns, {agents} active agents", campaigns=len(stored), agents=len(logins)),
    )

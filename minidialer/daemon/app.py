"""The composition root of the daemon: opens the store, wires engine, gateway and control socket, serves until SIGTERM.

On SIGTERM nothing new is dialled. Calls that ring are still answered and joined, and the daemon stops as soon as no
customer could be left without an agent by it, or after `stop_timeout`; talks go on without it and are taken up again at
the next start.
"""

import asyncio
import contextlib
import logging
import signal
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

from minidialer.ami.gateway import Gateway
from minidialer.ami.settings import AmiSettings
from minidialer.daemon.purging import keep_purged
from minidialer.domain.attempt import UNMATCHED, AttemptState
from minidialer.domain.dialer import Dialer
from minidialer.domain.events import Drain, Event
from minidialer.domain.moments import not_in_the_future
from minidialer.domain.run import ONE_HOUR
from minidialer.domain.sentence import RefusedError
from minidialer.settings import Settings, SettingsError
from minidialer.store import attempts as attempts_store
from minidialer.store import daemon_runs, handed_out, recovery
from minidialer.store.database import Database
from minidialer.store.floor import load_floor
from minidialer.store.journal import Journal
from minidialer.store.sole import sole_user

from . import pacing_keeper
from .clock import SteadyClock
from .clock import keep as keep_clock
from .closed_files import check_closed, keep_new_files_closed
from .control.server import ControlServer
from .engine import Engine
from .floor import floor_of
from .imports.work import ImportWork
from .notify import Notifier
from .pages import PageServices
from .use_cases.desk import Desk
from .use_cases.lists import leads_changed
from .use_cases.seat import save_default_form

log = logging.getLogger(__name__)

_NEEDS_US = UNMATCHED | {AttemptState.JOINING}  # customers who would meet nobody if the daemon were gone
_CHECK = 0.1  # seconds
_STUCK = 5.0  # seconds without a tick after which systemd is told no more that the daemon lives
_PAGES_AGAIN = 5.0  # seconds


async def serve(settings: Settings) -> None:
    """Run the daemon until SIGTERM or SIGINT; a second one ends it at once. Raises RefusedError if it cannot start."""
    stopping = asyncio.Event()
    loop, clock = asyncio.get_running_loop(), SteadyClock()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    async with (
        _wired(settings, clock) as (desk, gateway, server),
        server.listening(),
        asyncio.TaskGroup() as tasks,
    ):
        engine = desk.engine
        keeper = pacing_keeper.PacingKeeper(desk.floor, desk.database)
        notifier = Notifier(lambda: engine.last_tick is not None and loop.time() - engine.last_tick < _STUCK)
        running = [
            tasks.create_task(engine.run(), name="engine"),
            tasks.create_task(gateway.run(), name="gateway"),
            tasks.create_task(server.run(), name="control"),
            tasks.create_task(desk.database.maintain(), name="checkpoints"),
            tasks.create_task(daemon_runs.keep(desk.database, clock), name="signs of life"),
            tasks.create_task(keeper.run(clock), name="pacing"),
            tasks.create_task(keep_clock(clock, desk.floor, desk.alarms), name="clock"),
            tasks.create_task(notifier.run(), name="systemd"),
            tasks.create_task(desk.imports.run(), name="imports"),
            tasks.create_task(keep_purged(desk.database, desk.list_removed), name="removed lists"),
            *([tasks.create_task(_pages(desk), name="pages")] if settings.web.enabled else []),
        ]
        notifier.ready()
        log.info("Ready: %s", settings.socket_path, extra={"action": "ready"})
        await stopping.wait()
        stopping.clear()
        notifier.stopping()
        await _drain(engine, settings.dialer.stop_timeout, stopping)
        await engine.flushed()
        await keeper.save(clock())
        for task in running:
            task.cancel()
    log.info("Stopped", extra={"action": "stopped"})


async def _pages(desk: Desk) -> None:
    """Serve the agents' pages. While their address cannot be used dialling goes on, and it is tried again."""
    from .web_server import serving_pages  # noqa: PLC0415  # a fifth of a second that only the pages need

    services = PageServices(desk)
    await services.start()
    while True:
        try:
            async with serving_pages(services, desk.settings):
                desk.alarms.pop("pages", None)
                await services.run()
        except RefusedError as error:
            if desk.alarms.get("pages") != error.sentence:
                log.error("%s", error, extra={"action": "pages"})  # noqa: TRY400  # a sentence says it all
            desk.alarms["pages"] = error.sentence
            await asyncio.sleep(_PAGES_AGAIN)


@contextlib.asynccontextmanager
async def _wired(settings: Settings, clock: SteadyClock) -> AsyncIterator[tuple[Desk, Gateway, ControlServer]]:
    """Every part, connected; nothing runs yet."""

    def on_event(event: Event) -> None:
        engine.post(event)

    keep_new_files_closed()
    await asyncio.to_thread(check_closed, settings)
    _make_data_dir(settings.data_dir)
    async with _opened(settings.store_path) as database:
        async with database.write() as conn:
            await recovery.settle_lost(conn, clock())
            await handed_out.release_over(conn, clock())  # pages or not: the day may have ended meanwhile
        async with database.read() as conn:
            campaigns, agents, attempts = await load_floor(conn)
            saved_forms = await recovery.saved_forms(conn)
            recent_starts = await recovery.recent_starts(conn, clock())
            by_hand = await attempts_store.by_hand_since(conn, clock() - ONE_HOUR)
        not_in_the_future(agents, attempts, clock())
        floor = floor_of(settings, campaigns, agents, attempts)
        async with database.read() as conn:
            await pacing_keeper.load(conn, floor, clock())
        for campaign_id, moment in recent_starts:
            floor.note_start(campaign_id, moment)
        for agent_id, moment in by_hand:
            floor.note_by_hand(agent_id, moment)
        gateway = Gateway(
            _ami_settings(settings),
            on_event,
            settings.recordings_path,
            now=clock,
            believed=floor.attempts.keys,
        )
        engine = Engine(
            Dialer(floor),
            execute=gateway.execute,
            resync=gateway.resync,
            apply=Journal(database).apply,
            clock=clock,
            tick=settings.dialer.tick,
        )
        database.in_doubt = engine.doubt
        work = ImportWork(settings, clock, partial(leads_changed, database, engine))
        desk = Desk(engine, database, settings, lambda: gateway.state, clock, started_at=clock(), imports=work)
        _tell_backlogs(desk, gateway)
        engine.save_default = lambda command: save_default_form(desk, command)
        for form_saved in saved_forms:
            engine.post(form_saved)
        yield desk, gateway, ControlServer(desk)


def _tell_backlogs(desk: Desk, gateway: Gateway) -> None:
    """What waits on the link, for the metrics."""
    desk.backlogs.update(
        {
            "link_unanswered_actions": ("Actions Asterisk has not answered yet.", lambda: gateway.unanswered),
            "link_unsent_bytes": ("Bytes Asterisk has not read yet.", lambda: gateway.unsent),
            "link_held_events": ("Events that wait for the list of a resync.", lambda: gateway.held),
        }
    )


@contextlib.asynccontextmanager
async def _opened(path: Path) -> AsyncIterator[Database]:
    """The store, for this daemon alone; imports and backups may use it meanwhile."""
    with sole_user(path):
        async with Database.open(path) as database:
            yield database


def _make_data_dir(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o750)
    except OSError as error:
        raise SettingsError(
            "data_dir = {path} cannot be created: {problem}. Create it for this user, or give another one.",
            path=str(path),
            problem=error.strerror or str(error),
        ) from None


def _ami_settings(settings: Settings) -> AmiSettings:
    asterisk = settings.asterisk
    return AmiSettings(
        user=asterisk.user,
        secret=settings.ami_secret,
        host=asterisk.host,
        port=asterisk.port,
        action_timeout=asterisk.action_timeout,
        reconnect_min=asterisk.reconnect_first,
        reconnect_max=asterisk.reconnect_longest,
    )


async def _drain(engine: Engine, limit: float, now_at_once: asyncio.Event) -> None:
    """Nothing new is dialled; wait for the customers who may still need to be joined."""
    engine.post(Drain())
    floor = engine.dialer.floor
    log.info("Stopping: nothing new is dialled", extra={"action": "drain"})
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(limit):
            while floor.claims or (floor.link_up and any(a.state in _NEEDS_US for a in floor.attempts.values())):
                try:
                    await asyncio.wait_for(now_at_once.wait(), _CHECK)
                except TimeoutError:
                    continue
                return

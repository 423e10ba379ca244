"""The socket for those who may only look: what it takes, what it refuses, who gets to it."""

import asyncio
import ctypes
import grp
import os
import stat
from pathlib import Path

import pytest

from minidialer.control.address import read_only_path
from minidialer.control.caller import Caller
from minidialer.control.client import Client
from minidialer.control.models import agents, campaigns, dispositions, system
from minidialer.control.models.base import Named, Nothing
from minidialer.control.models.watch import SUBSCRIBE, WatchSubscribe
from minidialer.control.protocol import METHODS
from minidialer.control.sentences import ControlError
from minidialer.settings import SettingsError

from .office import RawClient, open_office

OTHERS = 65534 if os.getuid() == 0 else os.getgid()  # root gets through any mode: it looks as nobody
GROUP = grp.getgrgid(OTHERS).gr_name
READ_ONLY = f'[control]\nmode = "0000"\nread_only_group = "{GROUP}"\n'


async def test_it_shows_everything_and_changes_nothing(tmp_path: Path) -> None:
    async with open_office(tmp_path, more=READ_ONLY) as office:
        async with office.client() as supervisor:
            await supervisor.call(agents.ADD, agents.AgentAdd(login="anna", name="Anna Nowak"))
            await supervisor.call(campaigns.ADD, campaigns.CampaignAdd(name="Wiosna"))
        async with Client(read_only_path(office.socket), name="wallboard") as wallboard:
            shown = await wallboard.call(agents.LIST, Nothing())
            assert [agent.name for agent in shown.agents] == ["Anna Nowak"]
            snapshot = await wallboard.call(SUBSCRIBE, WatchSubscribe())
            assert [campaign.name for campaign in snapshot.campaigns] == ["Wiosna"]
            with pytest.raises(ControlError, match=r"^You may look and change nothing: campaigns\.start needs") as told:
                await wallboard.call(campaigns.START, Named(name="Wiosna"))
            assert told.value.code == "forbidden"
        lines = await office.audit_lines()
        assert {line.action for line in lines} == {"agent.add", "campaign.add"}


async def test_no_method_that_changes_something_is_taken(tmp_path: Path) -> None:
    async with open_office(tmp_path, more=READ_ONLY) as office:
        client = await RawClient.connect(read_only_path(office.socket))
        for name, method in METHODS.items():
            answer = await client.ask(f'{{"jsonrpc":"2.0","id":1,"method":"{name}","params":{{"?":1}}}}\n'.encode())
            assert (answer["error"]["data"]["code"] == "forbidden") is not method.reads, name
        client.close()


def test_the_methods_for_reading_are_those_that_read() -> None:
    """Named one by one: a new method changes something until somebody says that it does not."""
    verbs = {name.partition(".")[2] for name, method in METHODS.items() if method.reads}
    changes = {"add", "set", "remove", "start", "stop", "assign", "unassign", "save", "undo", "password", "spy", "run"}
    assert not verbs & changes
    assert METHODS["system.hello"].reads
    assert not METHODS["agents.password"].reads


async def test_who_may_not_use_the_other_socket_gets_to_this_one(tmp_path: Path) -> None:
    for folder in (tmp_path, *tmp_path.parents):
        if folder.stat().st_uid == os.getuid():
            folder.chmod(folder.stat().st_mode | stat.S_IXOTH)
    (tmp_path / "data").mkdir(mode=0o750)
    async with open_office(tmp_path, more=READ_ONLY) as office:
        assert (tmp_path / "data").stat().st_mode & stat.S_IXOTH, "the group passes through data_dir"
        assert "read_only" not in office.desk.alarms
        mode = read_only_path(office.socket).stat()
        assert (stat.S_IMODE(mode.st_mode), mode.st_gid) == (0o660, OTHERS)
        assert await asyncio.to_thread(_look, office.socket)


def _look(path: Path) -> bool:
    """Is the client in, and on the read-only socket? As somebody else's thread, where this is root."""
    if os.getuid() == 0:
        libc = ctypes.CDLL(None)
        libc.setfsgid(OTHERS)  # of this thread alone, for files alone (setfsuid(2))
        libc.setfsuid(OTHERS)
    try:
        with Caller(path) as caller:
            return caller.call(system.HELLO, system.HelloParams(protocol=1)).read_only
    finally:
        if os.getuid() == 0:
            libc.setfsuid(0)
            libc.setfsgid(0)


async def test_a_folder_in_the_way_is_named(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    async with open_office(closed, more=READ_ONLY) as office, office.client() as supervisor:
        status = await supervisor.call(system.STATUS, Nothing())
    assert str(closed) in status.alarms[0].text
    assert "let it pass through" in status.alarms[0].text


async def test_without_the_group_there_is_no_such_socket(tmp_path: Path) -> None:
    async with open_office(tmp_path) as office, office.client() as supervisor:
        assert not read_only_path(office.socket).exists()
        hello = await supervisor.call(system.HELLO, system.HelloParams(protocol=1))
        assert not hello.read_only
        assert (hello.uid, bool(hello.user)) == (os.getuid(), True)
        await supervisor.call(dispositions.ADD, dispositions.DispositionAdd(name="sale"))


async def test_a_group_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"^control\.read_only_group = nosuchgroup: there is no such group"):
        async with open_office(tmp_path, more='[control]\nread_only_group = "nosuchgroup"\n'):
            pass

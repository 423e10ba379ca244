"""What neither a stolen SIP password nor the manager user can do, and what the lab keeps to itself."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from minidialer.lab import Lab
from minidialer.lab.instance import Instance

from .test_lab_joins import answered_customer
from .wire import Wire

pytestmark = pytest.mark.pbx


@pytest.mark.parametrize(
    "target", ["+48600100200", "600100200", "s", "1002", "nailed-12-1@minidialer-join", "ring-12-1", "*98"]
)
async def test_a_phone_can_call_nobody_by_itself(lab: Lab, target: str) -> None:
    before = len(lab.carrier.calls())
    heard = lab.pbx.home / "log" / "messages"
    lines = len(heard.read_text().splitlines())
    user = target.partition("@")[0]
    await lab.carrier.rx(f"channel originate PJSIP/{user}@phone1001 application Wait 5")
    for _ in range(750):  # of 0.02 s
        new = "\n".join(heard.read_text().splitlines()[lines:])
        if "not found in context 'minidialer-closed'" in new:
            break
        await asyncio.sleep(0.02)
    else:
        raise AssertionError(f"the PBX did not refuse {user}: {new}")
    assert await lab.pbx.channels() == 0
    assert len(lab.carrier.calls()) == before


@pytest.mark.parametrize(
    "forbidden",
    [
        {"Action": "Command", "Command": "core show uptime"},
        {"Action": "GetConfig", "Filename": "manager.conf"},
        {"Action": "UpdateConfig", "SrcFilename": "manager.conf", "DstFilename": "manager.conf"},
        {"Action": "ModuleLoad", "LoadType": "reload"},
        {"Action": "Getvar", "Variable": "SHELL(id)"},
        {"Action": "Originate", "Channel": "Local/s@minidialer-closed", "Application": "System", "Data": "id"},
        {"Action": "DBPut", "Family": "minidialer", "Key": "1", "Val": "1"},
    ],
    ids=lambda headers: headers["Action"],
)
async def test_the_manager_user_may_not(wire: Wire, forbidden: dict[str, str]) -> None:
    headers = {key: value for key, value in forbidden.items() if key != "Action"}
    reply = await wire.ask(forbidden["Action"], **headers)
    assert reply["Response"] == "Error", reply


async def test_the_manager_user_may_ask_what_doctor_needs(lab: Lab, wire: Wire) -> None:
    wanted = {
        "DIALPLAN_EXISTS(minidialer-version,4,1)": "1",
        "DIALPLAN_EXISTS(minidialer-version,999,1)": "0",
        "DEVICE_STATE(PJSIP/1001)": "NOT_INUSE",
        "DEVICE_STATE(PJSIP/nobody)": "INVALID",
        f"DEVICE_STATE(PJSIP/{lab.pbx.trunk})": "NOT_INUSE",
        "IFMODULE(app_amd.so)": "1",
        "AST_CONFIG(musiconhold.conf,minidialer-queue,mode)": "files",
        "AST_CONFIG(musiconhold.conf,no-such-class,mode)": "",
    }
    got = {name: (await wire.ask("Getvar", Variable=name)).get("Value") for name in wanted}
    assert got == wanted
    assert (await wire.ask("CoreSettings"))["AsteriskVersion"].startswith(lab.asterisk.version)
    assert "CoreCurrentCalls" in await wire.ask("CoreStatus")


async def test_a_whole_call_sends_no_event_that_is_of_no_use(lab: Lab, wire: Wire) -> None:
    customer = await answered_customer(lab, wire, "+48600100500", "MD_ANSWER_WAIT=0.1")
    await wire.event("Hangup", customer)
    names = {message.get("Event") for message in wire.seen}
    assert not names & {"VarSet", "Newexten", "TestEvent", "RTCPSent", "RTCPReceived"}
    assert len(wire.seen) < 20


async def test_all_sockets_are_on_loopback(lab: Lab, wire: Wire) -> None:
    await answered_customer(lab, wire, "+48600100501")
    for instance in (lab.pbx, lab.carrier):
        signalling = lab.pbx.manager.port - 1  # the lab's ports begin here; the rest is what asks for names (DNS)
        block = range(signalling, signalling + 2000)
        addresses = [address.split(":") for address in listening_addresses(instance)]
        hosts = [host for host, port in addresses if int(port, 16) in block]
        assert len(hosts) >= 3  # SIP, and RTP with RTCP
        assert set(hosts) == {"0100007F"}, addresses


async def test_nothing_is_complained_about(lab: Lab) -> None:
    """A fresh start logs neither errors nor warnings: the files fit the version."""
    async with Lab(phones=1) as fresh:
        for instance in (fresh.pbx, fresh.carrier):
            log = (instance.home / "log" / "messages").read_text()
            assert "ERROR" not in log, log
            assert "WARNING" not in log, log


def listening_addresses(instance: Instance) -> list[str]:
    """Local addresses, in the kernel's hexadecimal, of the UDP and listening TCP sockets of a process."""
    links = [fd.readlink() for fd in Path(f"/proc/{instance.pid}/fd").iterdir() if fd.is_symlink()]
    inodes = {str(link)[8:-1] for link in links if str(link).startswith("socket:[")}
    found = []
    for table, state in (("tcp", "0A"), ("udp", "07"), ("tcp6", "0A"), ("udp6", "07")):
        for line in Path(f"/proc/{instance.pid}/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[9] in inodes and fields[3] == state:
                found.append(fields[1])
    return found

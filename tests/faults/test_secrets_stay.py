"""No secret is in a log, a message, `status`, `doctor` or a traceback: a marker goes down every failing path."""

import asyncio
import json
import logging
import traceback
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from minidialer.ami.errors import UnsafeValueError
from minidialer.ami.link import AmiLink
from minidialer.ami.protocol import check_headers
from minidialer.ami.session import LoginRefusedError, UnreachableError, open_session
from minidialer.ami.settings import AmiSettings
from minidialer.control.models import agents
from minidialer.control.models.base import Nothing
from minidialer.control.models.system import STATUS
from minidialer.control.sentences import ControlError
from minidialer.daemon.doctor.examine import examine
from minidialer.daemon.passwords import Passwords
from minidialer.domain.sentence import RefusedError
from minidialer.settings import SettingsError, load_settings
from minidialer.store.engine import sync_engine
from tests.control.office import RawClient, now
from tests.daemon.pages.desk_of_pages import open_shop
from tests.listening import listening

MARKER = "Zaq1-tajemnica"


@pytest.fixture(autouse=True)
def everything_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)


def told(caplog: pytest.LogCaptureFixture, *others: object) -> str:
    """All that was logged, tracebacks and all, and these."""
    formatter = logging.Formatter()
    return "\n".join([*(formatter.format(record) + repr(vars(record)) for record in caplog.records), *map(str, others)])


@pytest.mark.parametrize(
    "text",
    [
        '[asterisk]\nsecret = ["{}"]',
        '[asterisk]\nsecret = "{}"\nport = "x"',
        '[asterisk]\nsecert = "{}"',
        '[[asterisk]]\nsecret = "{}"',
        'asterisk = "{}"',
        '[asterisk.secret]\nvalue = "{}"',
        '[asterisk]\nsecret = "{}',
        '[asterisk]\nsecret = "{}"\nsecret = "{}"',
        '[asterisk]\nsecret = "{}"\nsecret_file = "/nowhere"',
        'trunks = [{{name = "x", secret = "{}"}}]',
    ],
)
def test_a_configuration_written_wrong(tmp_path: Path, text: str) -> None:
    config = tmp_path / "config.toml"
    config.write_text(text.replace("{}", MARKER).replace("{{", "{").replace("}}", "}"))
    with pytest.raises(SettingsError) as refused:
        load_settings(config, {})
    assert MARKER not in "".join(traceback.format_exception(refused.value)) + repr(refused.value.args)


@pytest.mark.parametrize("value", [f'{{"secret": "{MARKER}"', f'["{MARKER}"]', f'"{MARKER}"'])
def test_a_variable_written_wrong(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("MINIDIALER_ASTERISK", value)
    with pytest.raises(SettingsError) as refused:
        load_settings(None)
    assert MARKER not in "".join(traceback.format_exception(refused.value))


def test_settings_shown(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text(f'[asterisk]\nsecret = "{MARKER}"')
    settings = load_settings(config, {})
    assert MARKER not in repr(settings) + str(settings) + settings.model_dump_json() + repr(vars(settings))
    assert settings.ami_secret == MARKER
    assert MARKER not in repr(AmiSettings("u", MARKER))


def nothing(_told: object) -> None:
    return


ANSWERS = {
    "refuses": b"Response: Error\r\nMessage: Authentication failed\r\n\r\n",
    "repeats": f"Response: Error\r\nMessage: {MARKER} is wrong\r\n\r\n".encode(),
    "is_garbage": b"\0\xff\r\n\r\nEvent: \r\n\r\n",
    "hangs_up": b"",
}


@pytest.mark.parametrize("kind", ANSWERS)
async def test_a_log_in_to_asterisk_that_fails(kind: str, caplog: pytest.LogCaptureFixture) -> None:
    asyncio.get_running_loop().set_debug(True)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"Asterisk Call Manager/9.0.0\r\n")
        asked = await reader.readuntil(b"\r\n\r\n")
        assert MARKER.encode() in asked
        number = asked.partition(b"ActionID: ")[2].partition(b"\r\n")[0]
        writer.write(ANSWERS[kind].replace(b"Error\r\n", b"Error\r\nActionID: " + number + b"\r\n"))

    quick: dict[str, Any] = {"connect_timeout": 1.0, "reconnect_min": 0.01, "reconnect_max": 0.01}
    async with listening(serve) as port:
        settings = AmiSettings("minidialer", MARKER, port=port, **quick)
        with pytest.raises((LoginRefusedError, UnreachableError)) as refused:
            await open_session(settings, nothing, nothing)
        link = AmiLink(
            settings, on_message=lambda _message: None, on_up=lambda: None, on_down=lambda _why: None, now=now
        )
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await link.run()
    said = told(caplog, *traceback.format_exception(refused.value), link.state, link.state.error)
    assert MARKER not in said


def test_a_password_that_would_break_the_protocol() -> None:
    with pytest.raises(UnsafeValueError) as refused:
        check_headers("Login", {"Username": "u", "Secret": f"{MARKER}\r\nAction: Command"})
    assert MARKER not in "".join(traceback.format_exception(refused.value))


async def test_the_log_of_status_and_doctor(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    config = tmp_path / "doctor.toml"
    config.touch(mode=0o600)
    config.write_text(f'data_dir = "{tmp_path}"\n[asterisk]\nport = 1\nsecret = "{MARKER}"\n[web]\nenabled = false\n')
    checks = await examine(load_settings(config, {}))
    assert MARKER not in told(caplog, *checks)


WRONG = [
    ("agents.password", {"login": "1001", "password": MARKER[:3]}),
    ("agents.password", {"login": "1001", "password": [MARKER]}),
    ("agents.password", {"login": "nobody", "password": MARKER}),
    ("agents.password", {"login": "1001", "password": MARKER * 50}),
    ("agents.password", {"login": "1001", "pasword": MARKER}),
    ("agents.password", {"login": {"password": MARKER}, "password": MARKER}),
]


async def test_an_agents_password_on_its_way(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    password = agents.AgentPassword.model_validate({"login": "1001", "password": MARKER})
    async with open_shop(tmp_path) as shop:
        client = await RawClient.connect(shop.office.socket)
        for method, params in WRONG:
            answer = await client.ask(
                json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode() + b"\n"
            )
            assert "error" in answer
        await shop.client.call(agents.PASSWORD, password)
        with pytest.raises(RefusedError):
            await shop.services.sign_in("1001", MARKER + "x", "127.0.0.1")
        with pytest.raises(RefusedError):
            await shop.services.sign_in(MARKER, "x", "127.0.0.1")
        token = (await shop.services.sign_in("1001", MARKER, "127.0.0.1")).token

        async def broken(_self: object, _password: str, *_kept: object) -> bool:
            raise RuntimeError("the hasher is broken")

        for name in ("fits", "hashed"):
            monkeypatch.setattr(Passwords, name, broken)
        with pytest.raises(RuntimeError):
            await shop.services.sign_in("1001", MARKER, "127.0.0.1")
        with pytest.raises(ControlError):
            await shop.client.call(agents.PASSWORD, password)
        status = await shop.client.call(STATUS, Nothing())
        lines = await shop.office.audit_lines()
        client.close()
    said = told(caplog, status, *lines)
    assert "the hasher is broken" in said  # the traceback is there, the password is not
    assert MARKER not in said
    assert token not in said
    kept = b"".join(path.read_bytes() for path in (tmp_path / "data").glob("minidialer.sqlite*"))
    assert MARKER.encode() not in kept
    assert token.encode() not in kept


def test_an_error_of_the_store_does_not_repeat_what_it_was_given(tmp_path: Path) -> None:
    store = tmp_path / "store"
    store.touch()
    engine = sync_engine(store)
    with engine.connect() as connection, pytest.raises(sa.exc.DBAPIError) as refused:
        connection.execute(sa.text("INSERT INTO nowhere VALUES (:x)"), {"x": MARKER})
    engine.dispose()
    assert MARKER not in "".join(traceback.format_exception(refused.value))

"""The pages' address: taken ports and bad certificates are one sentence, and nothing answers elsewhere."""

import asyncio
import socket
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from minidialer.control.models.base import Nothing
from minidialer.daemon import app
from minidialer.daemon.use_cases import system
from minidialer.daemon.use_cases.desk import DAEMON
from minidialer.daemon.web_server import serving_pages
from minidialer.domain.sentence import RefusedError
from minidialer.settings import Settings, load_settings
from tests.daemon.pages.desk_of_pages import open_shop


def settings_of(folder: Path, **web: Any) -> Settings:
    variables = {f"MINIDIALER_WEB__{key.upper()}": str(value) for key, value in web.items()}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in variables.items():
            patch.setenv(name, value)
        patch.setenv("MINIDIALER_DATA_DIR", str(folder / "data"))
        return load_settings(None)


async def test_a_port_that_is_taken_is_one_sentence(tmp_path: Path) -> None:
    async with open_shop(tmp_path) as shop:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            settings = settings_of(tmp_path, port=taken.getsockname()[1])
            with pytest.raises(RefusedError, match=r"cannot answer at 127\.0\.0\.1:\d+: another program does"):
                async with serving_pages(shop.services, settings):
                    pass


async def test_the_machines_own_name_is_answered_and_another_is_told_what_to_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, port: int
) -> None:
    monkeypatch.setattr(socket, "getfqdn", lambda: "Tower.Office.test")
    async with open_shop(tmp_path) as shop:
        settings = settings_of(tmp_path, port=port, host="localhost")
        async with serving_pages(shop.services, settings), aiohttp.ClientSession(settings.page_url) as session:
            for name in ("localhost", "127.0.0.1", "tower.office.test", socket.gethostname()):
                async with session.get("/login", headers={"Host": f"{name}:{settings.web.port}"}) as answer:
                    assert answer.status == 200, name
            async with session.get("/api/seat", headers={"Host": "rebound.test"}) as answer:
                assert answer.status == 403
                assert "set web.public_url" in (await answer.json())["error"]


async def test_dialling_goes_on_while_the_port_is_taken_and_the_pages_come_when_it_is_free(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, port: int
) -> None:
    monkeypatch.setattr(app, "_PAGES_AGAIN", 0.05)
    async with open_shop(tmp_path) as shop:
        taken = socket.socket()
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", port))
        taken.listen()
        desk = replace(shop.office.desk, settings=settings_of(tmp_path, port=port))
        async with asyncio.TaskGroup() as tasks:
            pages = tasks.create_task(app._pages(desk))
            await _until(lambda: "pages" in desk.alarms)
            told = await system.status(desk, DAEMON, Nothing())
            assert told.alarm is not None
            assert "another program does" in told.alarm.text
            taken.close()
            await _until(lambda: "pages" not in desk.alarms)
            async with aiohttp.ClientSession() as session, session.get(desk.settings.page_url) as answer:
                assert answer.status == 200
            pages.cancel()


async def _until(reached: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not reached():  # noqa: ASYNC110  # nothing tells of an alarm
            await asyncio.sleep(0.02)


@pytest.mark.parametrize(
    ("web", "problem"),
    [
        ({"tls_cert": "/nowhere.pem"}, "go together"),
        ({"tls_cert": "/nowhere.pem", "tls_key": "/nowhere.key"}, "cannot be used: No such file"),
        ({"host": "192.0.2.7"}, "cannot answer at 192.0.2.7:8080"),
    ],
)
async def test_what_cannot_be_served_is_said(tmp_path: Path, web: dict[str, str], problem: str) -> None:
    async with open_shop(tmp_path) as shop:
        with pytest.raises(RefusedError, match=problem):
            async with serving_pages(shop.services, settings_of(tmp_path, **web)):
                pass


def self_signed(folder: Path) -> tuple[Path, Path]:
    cert, key = folder / "cert.pem", folder / "key.pem"
    asked = ["-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost"]
    files = ["-keyout", str(key), "-out", str(cert)]
    try:
        subprocess.run(["openssl", "req", *asked, *files], capture_output=True, check=True)
    except FileNotFoundError:
        pytest.skip("openssl is not installed")
    return cert, key


async def test_tls_and_its_cookie(tmp_path: Path, port: int) -> None:
    cert, key = self_signed(tmp_path)
    settings = settings_of(tmp_path, port=port, tls_cert=cert, tls_key=key)
    assert settings.page_url == f"https://127.0.0.1:{port}"
    async with open_shop(tmp_path) as shop, serving_pages(shop.services, settings), aiohttp.ClientSession() as session:
        body = {"login": "1001", "password": "prawdziwy koń"}
        address = f"https://127.0.0.1:{port}/api/session"
        async with session.post(address, json=body, ssl=False) as answer:
            assert answer.status == 200, await answer.text()
            cookie = answer.headers["Set-Cookie"]
        assert "Secure" in cookie
        assert "HttpOnly" in cookie
        assert "SameSite=Strict" in cookie


async def test_nothing_answers_but_the_configured_address(tmp_path: Path, port: int) -> None:
    settings = settings_of(tmp_path, port=port)
    assert settings.web.host == "127.0.0.1", "unless somebody sets another one"
    async with open_shop(tmp_path) as shop, serving_pages(shop.services, settings):
        _reader, writer = await asyncio.open_connection("127.0.0.1", settings.web.port)
        writer.close()
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.2", settings.web.port)

"""Doctor looks at the pages' address, at who may read what passes over it, and at the TLS files."""

import asyncio
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web

from minidialer.control.address import socket_address
from minidialer.daemon.doctor.check import Result
from minidialer.daemon.doctor.pages import pages_checks
from minidialer.daemon.web_server import serving_pages
from minidialer.settings import Settings
from tests.daemon.pages.desk_of_pages import open_shop

from .test_web_server import settings_of

REQUEST = """\
[ca]
default_ca = own
[own]
database = {folder}/index
new_certs_dir = {folder}
serial = {folder}/serial
default_md = sha256
policy = any
x509_extensions = names
[any]
commonName = supplied
[names]
subjectAltName = DNS:{name}
"""


def certificate(folder: Path, name: str = "dialer.example", days: tuple[int, int] = (-1, 90)) -> dict[str, Path]:
    """Settings of a certificate of this name, valid from so many days from now to so many."""
    cert, key, asked = folder / "cert.pem", folder / "key.pem", folder / "asked.csr"
    (folder / "index").touch()
    (folder / "serial").write_text("01")
    (folder / "config").write_text(REQUEST.format(folder=folder, name=name))
    first, last = (f"{datetime.now(UTC) + timedelta(days=day):%Y%m%d%H%M%SZ}" for day in days)
    new = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", f"/CN={name}"]
    dates = ["-startdate", first, "-enddate", last]
    files = ["-config", str(folder / "config"), "-keyfile", str(key), "-in", str(asked), "-out", str(cert)]
    try:
        for command in (
            ["req", *new, "-keyout", str(key), "-out", str(asked)],
            ["ca", "-selfsign", "-batch", "-notext", *dates, *files],
        ):
            subprocess.run(["openssl", *command], capture_output=True, check=True)
    except FileNotFoundError:
        pytest.skip("openssl is not installed")
    return {"tls_cert": cert, "tls_key": key}


async def examined(settings: Settings) -> list[tuple[str, Result, str]]:
    checks = await asyncio.to_thread(lambda: list(pages_checks(settings)))
    assert all(check.advice is not None for check in checks if check.result is not Result.OK)
    return [(check.name, check.result, str(check.detail)) for check in checks]


@contextmanager
def daemon_runs(settings: Settings) -> Iterator[None]:
    """Somebody listens at the control socket."""
    settings.socket_path.parent.mkdir(exist_ok=True)
    with socket.socket(socket.AF_UNIX) as control, socket_address(settings.socket_path) as address:
        control.bind(address)
        control.listen()
        yield


async def test_a_free_address_is_free_and_switched_off_pages_need_none(tmp_path: Path, port: int) -> None:
    assert await examined(settings_of(tmp_path, port=port)) == [
        ("pages", Result.OK, f"127.0.0.1:{port} is free for them")
    ]
    assert await examined(settings_of(tmp_path, port=port, enabled=False)) == [("pages", Result.OK, "switched off")]


@pytest.mark.parametrize("tls", [False, True])
async def test_the_daemons_own_pages_are_known_as_such(tmp_path: Path, tls: bool, port: int) -> None:
    files = certificate(tmp_path, "localhost") if tls else {}
    chosen = {"port": port, "public_url": "https://dialer.example" if tls else "", **files}
    settings = settings_of(tmp_path, **chosen)
    async with open_shop(tmp_path) as shop, serving_pages(shop.services, settings):
        assert ("pages", Result.OK, f"answer at {settings.page_url}") in await examined(settings)
        others = await examined(settings_of(tmp_path / "other", **chosen))  # whose daemon does not run
        assert ("pages", Result.FAILED) in [line[:2] for line in others]


async def test_a_running_daemon_without_pages_is_found_out(tmp_path: Path, port: int) -> None:
    settings = settings_of(tmp_path, port=port)
    with daemon_runs(settings):
        ((_name, result, said),) = await examined(settings)
        assert result is Result.FAILED
        assert "nothing answers at 127.0.0.1:" in said


@pytest.mark.parametrize("runs", [False, True])
async def test_another_program_at_the_address_is_found_out(tmp_path: Path, runs: bool) -> None:
    async def other(_request: web.Request) -> web.Response:
        return web.json_response({"error": "none of yours"}, status=401)

    app = web.Application()
    app.router.add_get("/{anything:.*}", other)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        settings = settings_of(tmp_path, port=runner.addresses[0][1])
        with daemon_runs(settings) if runs else nullcontext():
            ((_name, result, said),) = await examined(settings)
    finally:
        await runner.cleanup()
    assert result is Result.FAILED
    assert "another program does" in said


async def test_an_address_of_another_machine_is_refused(tmp_path: Path) -> None:
    found = await examined(settings_of(tmp_path, host="192.0.2.7", trusted_proxies='["10.0.0.1"]'))
    ((_name, result, said),) = found
    assert result is Result.FAILED
    assert "192.0.2.7:8080" in said


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({"host": "0.0.0.0"}, "0.0.0.0 is open to others, without TLS or a trusted proxy"),
        ({"host": "0.0.0.0", "trusted_proxies": '["10.0.0.1"]'}, ""),
        ({"host": "127.0.0.1"}, ""),
        ({"host": "localhost"}, ""),
        ({"public_url": "http://dialer.example"}, "agents open http://dialer.example, without TLS"),
        ({"public_url": "http://localhost:8080"}, ""),
        ({"public_url": "https://dialer.example"}, "https://dialer.example is no address of this daemon, and no proxy"),
        ({"public_url": "https://dialer.example", "trusted_proxies": '["127.0.0.1"]'}, ""),
    ],
)
async def test_who_may_read_what_passes(tmp_path: Path, chosen: dict[str, str], said: str, port: int) -> None:
    found = await examined(settings_of(tmp_path, port=port, **chosen))
    warnings = [detail for _name, result, detail in found if result is Result.WARNING]
    assert [bool(said)] * len(warnings) == [said in detail for detail in warnings if said]
    assert bool(warnings) is bool(said), found


@pytest.mark.parametrize(
    ("name", "days", "result", "said"),
    [
        ("dialer.example", (-1, 90), Result.OK, "the certificate is valid until 20"),
        ("dialer.example", (-80, 10), Result.WARNING, "valid until"),
        ("dialer.example", (-80, -1), Result.FAILED, "expired"),
        ("dialer.example", (1, 90), Result.FAILED, "not yet valid"),
        ("elsewhere.example", (-1, 90), Result.WARNING, "'dialer.example'"),
    ],
)
async def test_the_certificate(
    tmp_path: Path, name: str, days: tuple[int, int], result: Result, said: str, port: int
) -> None:
    files = certificate(tmp_path, name, days)
    settings = settings_of(tmp_path, port=port, public_url="https://dialer.example", host="0.0.0.0", **files)
    (tls,) = [line for line in await examined(settings) if line[0] == "pages_tls"]
    assert tls[1] is result
    assert said in tls[2]


async def test_files_that_are_no_pair_or_cannot_be_read(tmp_path: Path, port: int) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (first, second):
        folder.mkdir()
    pair = certificate(first) | {"tls_key": certificate(second)["tls_key"]}
    for chosen, said in (
        (pair, "MISMATCH"),
        (pair | {"tls_key": "/nowhere"}, "No such file"),
        ({"tls_key": "/x"}, "both"),
    ):
        (tls,) = [line for line in await examined(settings_of(tmp_path, port=port, **chosen)) if line[0] != "pages"]
        assert tls[1] is Result.FAILED
        assert said in tls[2]


def test_the_probe_leaves_nothing_behind(tmp_path: Path, port: int) -> None:
    settings = settings_of(tmp_path, port=port)
    list(pages_checks(settings))
    with socket.create_server(("127.0.0.1", settings.web.port)):
        pass

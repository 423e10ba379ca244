"""Every method of the control socket with hostile parameters, on a daemon that has something to lose."""

import asyncio
import json
import random
from pathlib import Path
from typing import Any

import pytest

from minidialer.control.models.base import Nothing
from minidialer.control.models.system import STATUS
from minidialer.control.protocol import METHODS
from minidialer.lab.hostile.methods import VALUES, parameters
from tests.control.office import RawClient
from tests.daemon.pages.desk_of_pages import NUMBERS, open_shop

SLOW = {"imports.preview"}  # a process each; hostile files are in test_hostile_files
ROUNDS = 6


@pytest.mark.parametrize("seed", [20261123])
async def test_no_parameters_break_the_daemon(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    async with open_shop(tmp_path, NUMBERS) as shop:
        client = await RawClient.connect(shop.office.socket)
        for name, method in METHODS.items():
            for _ in range(1 if name in SLOW else ROUNDS):
                params = parameters(chance, method, VALUES)
                answer = await asked(client, name, params)
                assert ("result" in answer) or answer["error"]["data"]["code"] != "internal", (name, params, answer)
        client.close()
        async with shop.office.client() as other:  # it still serves, and the store is whole
            assert (await other.call(STATUS, Nothing())).protocol == 1
        assert await shop.office.desk.database.problems() == []


async def asked(client: RawClient, name: str, params: dict[str, Any]) -> Any:
    """The answer; notifications of a subscription come in between."""
    request = {"jsonrpc": "2.0", "id": "q", "method": name, "params": params}
    await client.say(json.dumps(request).encode() + b"\n")
    async with asyncio.timeout(60):
        while (answer := await client.hear()) is not None:
            if "method" not in answer:
                return answer
    raise AssertionError(f"{name} {params}: the connection was closed")


@pytest.mark.parametrize(
    "text", ["x' OR '1'='1", "%' --", "_", "\\", '"; DROP TABLE lead; --', "600' UNION SELECT 1,2,3--"]
)
async def test_a_search_is_no_statement(tmp_path: Path, text: str) -> None:
    async with open_shop(tmp_path, NUMBERS) as shop:
        client = await RawClient.connect(shop.office.socket)
        answer = await asked(client, "leads.search", {"text": text, "lead_list": "Poznań"})
        if "result" in answer:
            assert answer["result"]["leads"] == []
        else:
            assert answer["error"]["data"]["code"] != "internal"
        token = await shop.sign_in()
        assert list((await shop.services.connections(token, text)).lines) == []
        client.close()

"""The demonstration as a user runs it: the books must balance, also with retries and with calls nobody could take."""

import asyncio
import json
import sys

import pytest

pytestmark = pytest.mark.pbx

KEYS = {
    *("asterisk_version", "leads", "attempts", "outcomes", "connected", "abandoned", "dispositions"),
    *("answer_to_agent_ms", "reconciled", "differences", "lost", "stuck_agents", "open_channels"),
}


@pytest.mark.timeout(240)
@pytest.mark.parametrize(
    ("connection", "overdial", "duration"), [("nailed_up", 0, 90), ("ring", 150, 25)], ids=["nailed_up", "ring"]
)
async def test_the_books_balance(connection: str, overdial: int, duration: int) -> None:
    options = ("--leads", "40", "--agents", "4", "--duration", str(duration), "--seed", "2", "--json", "--headless")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "minidialer", "demo", *options),
        *("--agent-connection", connection, "--overdial", str(overdial)),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, narration = await process.communicate()
    assert process.returncode == 0, narration.decode() + output.decode()
    result = json.loads(output)
    assert result.keys() == KEYS
    assert result["reconciled"] is True
    assert (result["differences"], result["lost"], result["stuck_agents"], result["open_channels"]) == ([], 0, 0, 0)
    assert result["leads"] == 40
    assert sum(result["outcomes"].values()) == result["attempts"]
    assert result["connected"] == result["outcomes"]["answered"] == sum(result["dispositions"].values()) > 0
    if connection == "nailed_up":  # 40 leads are through within a minute; then the retries are due
        assert result["attempts"] > 40

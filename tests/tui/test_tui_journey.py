"""From an empty store to calls in the live panel by keys only: the real program in tmux, a real daemon and Asterisk."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from minidialer.lab import Lab, Mix
from minidialer.lab.robots import Robots
from minidialer.lab.tmux import ensure_tmux
from tests.pbx.site import Site, site
from tests.terminal import Terminal, Tmux, at_terminal

pytestmark = [pytest.mark.pbx, pytest.mark.timeout(300)]
CUSTOMERS = Mix(
    answer=1, machine=0, busy=0, no_answer=0, invalid=0, congestion=0, ring=(0.5, 1.0), talk=(2, 3)
)  # everybody answers
NUMBERS = 40


@pytest.fixture
def tmux() -> Iterator[Tmux]:
    """Its socket lies in a short path: 107 bytes are the most."""
    command = ensure_tmux(lambda line: print(line, file=sys.stderr))
    with tempfile.TemporaryDirectory(prefix="minidialer-") as home:
        yield Tmux(command, Path(home))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """As a Polish spreadsheet saves it, with a number twice and one that is none."""
    rows = [f"600 100 {number:03d};Anna;Łódź" for number in range(NUMBERS)]
    path = tmp_path / "klienci.csv"
    path.write_text("\n".join(["Telefon;Imię;Miasto", *rows, rows[0], "abc;Piotr;Kraków", ""]), encoding="cp1250")
    return path


async def test_from_an_empty_store_to_calls_in_the_live_panel(tmp_path: Path, file: Path, tmux: Tmux) -> None:
    async with (
        Lab(phones=1, seed=3, mix=CUSTOMERS, phone_delay=0.2, home=tmp_path / "lab") as lab,
        site(lab, tmp_path / "lab") as here,
        at_terminal("--lang", "en", "--config", str(here.daemon.config), "tui", size=(80, 24), tmux=tmux) as person,
    ):
        await here.linked()
        await person.sees("No campaigns yet. The way to the first call:", "● Asterisk")
        password = await adds_an_agent(person)
        await adds_a_disposition(person)
        await adds_a_list(person)
        await imports(person, file)
        await adds_a_campaign(person)
        await starts_it(person)
        async with working(here, password) as robots:
            await watches_it(person)
            robots.end_shift()
        person.press("escape")
        await person.sees_like(r"Spring +running")
        person.press("q")
        assert await person.ended() == 0


async def adds_an_agent(person: Terminal) -> str:
    """An agent with a password made up by the daemon, which is shown once."""
    person.press("f2")
    await person.sees("No agents yet.")
    person.press("n")
    await person.sees("New agent", "The account of the agent")
    person.type("1001")
    await person.sees("• SIP account           1001")
    person.press("tab")
    await person.sees("The person's name")
    person.type("Anna")
    await person.sees("• Name                  Anna")
    person.press("ctrl+s")
    await person.sees("The password of Anna")
    shown = await person.sees_like(r"\b[a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{4}\b")
    person.press("enter")
    await person.sees_like(r"1001 +Anna +logged out +yes")
    return shown[0]


async def adds_a_disposition(person: Terminal) -> None:
    """One that counts as a success."""
    person.press("f4")
    await person.sees("No dispositions yet.")
    person.press("n")
    await person.sees("New disposition", "What it is called here")
    person.type("sale")
    await person.sees_like("• Name +sale")
    person.press("tab", "tab", "tab")
    await person.sees("counted as successes")
    person.press("right")
    await person.sees("• Success")
    person.press("ctrl+s")
    await person.sees_like(r"sale +✓")


async def adds_a_list(person: Terminal) -> None:
    """Empty for now."""
    person.press("f3")
    await person.sees("No lists yet.")
    person.press("n")
    await person.sees("New list")
    person.type("spring customers")
    person.press("enter")
    await person.sees_like(r"spring custo\w* ")


async def imports(person: Terminal, file: Path) -> None:
    """The preview says what is made of the file, a try what would come of it; then it is done."""
    person.press("f5")
    await person.sees("Nothing was imported yet.")
    person.press("n")
    await person.sees("Folder above")
    person.press("g")
    await person.sees("Of a file or a folder.")
    person.type(str(file))
    await person.sees(file.name)
    person.press("enter")
    await person.sees("spring customers", "cp1250", "semicolon ;", "number to dial", "+48600100000")
    person.press("t")
    await person.sees("tried, nothing changed yet", "abc")
    await person.sees_like(rf"added +{NUMBERS} ")
    person.press("i")
    await person.sees("klienci.csv: imported")
    person.press("escape")
    await person.sees_like(rf"klienci.csv +spring custo\w*…? .* {NUMBERS} +1 +done")


async def adds_a_campaign(person: Terminal) -> None:
    """Its name, its list, its agents."""
    person.press("f1")
    await person.sees_like(r"✓ F2 agents.* \(1\)")
    await person.sees_like(r"✓ F4 dispositions.* \(1\)")
    await person.sees_like(rf"✓ F5 import.* \({NUMBERS}\)")
    person.press("n")
    await person.sees("New campaign")
    person.type("Spring")
    person.press("enter")
    await person.sees("Which list does it dial?")
    person.press("enter")
    await person.sees("Who may join Spring?")
    person.press("space")
    await person.sees("● 1001")
    person.press("enter")
    await person.sees_like(rf"Spring +stopped .* {NUMBERS}\b")
    await person.sees("Spring is there, stopped")


async def starts_it(person: Terminal) -> None:
    """And opens its live panel."""
    person.press("s")
    await person.sees_like(r"Spring +running")
    person.press("enter")
    await person.sees("Nobody has joined.", "No call goes out just now.")


async def watches_it(person: Terminal) -> None:
    """A number that is called, the agent in a talk, and then what came of it."""
    await person.sees_like(r"\+486001000\d\d")
    await person.sees_like(r"Anna .*in a call")
    await person.sees_like(r"sale +[1-9]")


@asynccontextmanager
async def working(here: Site, password: str) -> AsyncIterator[Robots]:
    """The agent, at the page."""
    robots = Robots(here.daemon.page_url, {"1001": password}, "Spring", 1)
    async with asyncio.TaskGroup() as shifts:
        shifts.create_task(robots.work())
        yield robots
